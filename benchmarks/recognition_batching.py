"""Cost of Whisper's fixed decoding by batch size: random weights in the shape of a real model, on real recordings.

Sizes take turns in every round, so that a machine that slows down slows down all. Random weights never end a text, so
the decoder is told to after --tokens of them: each piece costs the same.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
from whisper.decoding import GreedyDecoder
from whisper.model import ModelDimensions, Whisper

from voxeval.analyzers.whisper import WhisperRecognizer
from voxeval.audio import EXTENSIONS, read_audio
from voxeval.types import Clip, Transcript

SHAPES = {"tiny": (384, 6, 4), "base": (512, 8, 6), "small": (768, 12, 12)}  # width, heads, layers


def save_random_model(path: Path, shape: str) -> None:
    width, heads, layers = SHAPES[shape]
    dims = ModelDimensions(80, 1500, width, heads, layers, 51_865, 448, width, heads, layers)
    model = Whisper(dims)
    generator = torch.Generator().manual_seed(0)
    state = {
        name: value if name == "encoder.positional_embedding" else 0.02 * torch.randn(value.shape, generator=generator)
        for name, value in model.state_dict().items()
    }
    torch.save({"dims": dims.__dict__, "model_state_dict": state}, path)


def end_texts(after: int) -> None:
    """Let Whisper's decoder find the end of every text after so many tokens."""
    update = GreedyDecoder.update

    def ending(decoder: Any, tokens: torch.Tensor, logits: torch.Tensor, sum_logprobs: torch.Tensor) -> Any:
        decoder.before_text = getattr(decoder, "before_text", tokens.shape[1])
        if tokens.shape[1] - decoder.before_text >= after:
            logits[:, decoder.eot] = 1e4
        return update(decoder, tokens, logits, sum_logprobs)

    GreedyDecoder.update = ending


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="recordings of speech of at most 28 s each")
    parser.add_argument("--shape", choices=SHAPES, default="tiny")
    parser.add_argument("--clips", type=int, default=16)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()

    paths = sorted(path for path in arguments.folder.iterdir() if path.suffix in EXTENSIONS)[: arguments.clips]
    clips = [Clip(audio=read_audio(path), language="en") for path in paths]
    cpu_s: dict[int, list[float]] = defaultdict(list)
    wall_s: dict[int, list[float]] = defaultdict(list)
    texts: dict[int, list[str]] = {}
    end_texts(arguments.tokens - 1)  # the mark of the end is one
    with tempfile.TemporaryDirectory() as scratch:
        save_random_model(Path(scratch) / "model.pt", arguments.shape)
        recognizers = {
            batch: WhisperRecognizer(model=f"{scratch}/model.pt", device=arguments.device, batch=batch)
            for batch in arguments.batches
        }
        for recognizer in recognizers.values():
            recognizer.analyze(clips[:1])  # loads the model
        for _ in range(arguments.rounds):
            for batch, recognizer in recognizers.items():
                wall, cpu = time.perf_counter(), time.process_time()
                heard = recognizer.analyze(clips)
                cpu_s[batch].append((time.process_time() - cpu) / len(clips))
                wall_s[batch].append((time.perf_counter() - wall) / len(clips))
                texts[batch] = [answer.text for answer in heard if isinstance(answer, Transcript)]

    print(f"Whisper {arguments.shape}, random weights, {arguments.device}, {torch.get_num_threads()} threads")
    print(f"{len(clips)} clips, {arguments.tokens} tokens each, median of {arguments.rounds} rounds\n")
    print("| batch | CPU s a clip | wall s a clip | CPU s against the first | clips with the first's text |")
    print("| --- | --- | --- | --- | --- |")
    first = arguments.batches[0]
    for batch in arguments.batches:
        cpu, wall = statistics.median(cpu_s[batch]), statistics.median(wall_s[batch])
        ratio = cpu / statistics.median(cpu_s[first])
        same = sum(a == b for a, b in zip(texts[batch], texts[first], strict=True))
        print(f"| {batch} | {cpu:.3f} | {wall:.3f} | {ratio:.2f} | {same} of {len(clips)} |")


if __name__ == "__main__":
    main()
