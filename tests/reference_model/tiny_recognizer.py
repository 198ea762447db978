"""A network that is small enough to be made, saved and trained in a moment; it has learned nothing."""

from __future__ import annotations

from dataclasses import asdict

import torch

from reference_model.alphabet import ALPHABET
from reference_model.ctc_network import CtcNetwork, Gate, NetworkConfig
from reference_model.recognizer import Recognizer
from reference_model.recognizer_file import About, Measured

TINY = NetworkConfig(
    front_width=12, width=16, deep_width=24, dilations=(1, 2), deep_dilations=(1, 2), late_dilations=(1,), n_gates=4
)
MEASURED = Measured(
    language="de", engine="espeak-ng", speech="3 sentences", cer=0.5, wer=0.9, identified=0.25, confidence=0.4, n=3
)


def tiny_network(config: NetworkConfig = TINY, seed: int = 0) -> CtcNetwork:
    """Random weights, and gates and running statistics that are not those of a new network."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = CtcNetwork(config)
        for module in network.modules():
            if isinstance(module, Gate):
                torch.nn.init.normal_(module.excite.weight)
        network.train()
        network(torch.randn(3, 160, config.n_mels))
    return network.eval()


def tiny_recognizer(seed: int = 0) -> Recognizer:
    about = About(
        name="tiny",
        network=asdict(TINY),
        alphabet=ALPHABET,
        trained_on="nothing",
        training={"heard_h": 0.0},
        validity=(MEASURED,),
    )
    return Recognizer(tiny_network(seed=seed), about)
