"""Time of a frame of the reference model, part by part, beside the floor that reading its weights sets.

    python benchmarks/reference_tts.py [--config small|nano|voxtral-4b] [--dtype bfloat16] [--batch 1 16] [--compiled]

Random weights of the true shapes: what they say costs as much as what trained ones would. The floor is the bytes that
a frame has to read, each part's weights once (the flow's once a step) and half of the speech's keys and values, over
the bandwidth of copying, measured here; sound is decoded in pieces of 25 frames. `small` has about 100 million numbers.
Parts are run by themselves, on a GPU as CUDA graphs; `a whole frame` is what speaking does: there a CUDA graph with all
the room that there is for keys, and with `--compiled` of compiled kernels. Medians over all frames of a text. On a
processor the parts are also run with torch's own products, in turn with ours.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice, pairwise

import torch
from torch import Tensor, nn

from reference_model.checkpoint import random_model
from reference_model.config import BackboneConfig, CodecConfig, FlowConfig, TTSConfig, nano, voxtral_4b
from reference_model.frame_step import captured
from reference_model.matrices import Copies, helped_by_copies
from reference_model.tokenizer import Characters, characters
from reference_model.tts import TTS, Request

CHUNK = 25  # frames of a piece of sound
FIRST = 5  # of the first one
TEXT = "The harbour was quiet that morning, and every boat lay where it had been left. " * 7
REFERENCE_FRAMES = 126  # 10 s and the end


def small() -> TTSConfig:
    """About 100 million numbers: what two cores can speak with."""
    return TTSConfig(
        name="small",
        codec=CodecConfig(
            dim=256, hidden_dim=1024, n_heads=4, head_dim=64, semantic_codebook_size=2048, semantic_dim=128
        ),
        backbone=BackboneConfig(
            dim=768, n_layers=11, n_heads=12, n_kv_heads=4, head_dim=64, hidden_dim=2304, vocab_size=512
        ),
        flow=FlowConfig(dim=512, n_layers=3, n_heads=8, n_kv_heads=2, head_dim=64, hidden_dim=1536),
        tokenizer="characters",
    )


CONFIGS = {"small": small, "nano": nano, "voxtral-4b": voxtral_4b}


def seconds(work: Callable[[], object], rounds: int, device: torch.device) -> float:
    """Median time of a call."""
    spent = []
    for _ in range(rounds + 2):
        if device.type == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent[2:])


def bandwidth(device: torch.device) -> float:
    """Bytes a second that copying reads and writes."""
    size = 1 << (30 if device.type == "cuda" else 28)
    one, other = (torch.zeros(size, dtype=torch.uint8, device=device) for _ in range(2))
    return 2 * size / seconds(lambda: other.copy_(one), 5, device)


def n_bytes(parts: Iterable[nn.Module]) -> int:
    """Bytes of the weights of some modules."""
    return sum(p.numel() * p.element_size() for part in parts for p in part.parameters())


def floors(tts: TTS, batch: int, frames: int) -> dict[str, int]:
    """Bytes that a frame has to read, by part."""
    flow, codec, c = tts.flow, tts.codec, tts.config.backbone
    position = 2 * c.n_layers * c.n_kv_heads * c.head_dim * tts.backbone.norm.weight.element_size()
    cache = batch * middle(frames) * position
    per_step = n_bytes([flow.input_projection, flow.acoustic_codebook_output, flow.layers, flow.norm])
    return {
        "backbone": n_bytes([tts.backbone.layers, tts.backbone.norm]) + cache,
        "semantic head": n_bytes([flow.semantic_codebook_output]),
        "flow": n_bytes([flow.llm_projection]) + tts.config.flow.steps * per_step,
        "codec": n_bytes([codec.decoder_blocks, codec.output_proj]) // CHUNK,
    }


@torch.inference_mode()
def parts(tts: TTS, batch: int, rounds: int) -> dict[str, float]:
    """Seconds a frame, by part, with a cache that holds what it does in the middle of the speech."""
    device = tts.device
    works = works_of(tts, batch, rounds)
    weight = tts.backbone.norm.weight
    if device.type == "cuda":
        return {name: seconds(captured(work, device)[0].replay, rounds, device) for name, work in works.items()}
    with Copies() if helped_by_copies(device, weight.dtype) else nullcontext():
        return {name: seconds(work, rounds, device) for name, work in works.items()}


def works_of(tts: TTS, batch: int, frames: int) -> dict[str, Callable[[], Tensor]]:
    """What each part but the codec does for a frame, on tensors that stay where they are."""
    device, dtype = tts.device, tts.backbone.norm.weight.dtype
    config = tts.config
    held = middle(frames)
    cache = tts.backbone.cache(batch, held + 1)
    x = torch.randn(batch, 1, config.backbone.dim, device=device, dtype=dtype)
    noise = torch.randn(batch, config.codec.acoustic_dim, device=device, dtype=dtype)
    grid = tts.flow.grid()

    def backbone() -> Tensor:
        cache.lengths.fill_(held)
        return tts.backbone.read(x, cache, everywhere=device.type == "cuda")

    return {
        "backbone": backbone,
        "semantic head": lambda: tts.flow.semantic_logits(x[:, 0]).argmax(-1),
        "flow": lambda: tts.flow.sample(x[:, 0], noise, grid),
    }


def middle(frames: int) -> int:
    """Positions that the cache holds in the middle of the speech."""
    return len(TEXT[:500]) + REFERENCE_FRAMES + frames // 2


@torch.inference_mode()
def decoding_s(tts: TTS, batch: int) -> float:
    """Seconds a frame to decode a piece, which no graph has."""
    codes = torch.zeros(batch, tts.config.codec.n_codebooks, CHUNK, dtype=torch.long, device=tts.device)
    _, state = tts.codec.decode_piece(codes, None)
    return seconds(lambda: tts.codec.decode_piece(codes, state), 5, tts.device) / CHUNK


@torch.inference_mode()
def by_torch(tts: TTS, frames: int) -> dict[str, float]:
    """How many times as long backbone and flow take with torch's own products on this processor: medians, in turn."""
    works, copies = works_of(tts, 1, frames), Copies()
    spent: dict[tuple[str, bool], list[float]] = {}
    for _ in range(5):
        for name in ("backbone", "flow"):
            spent.setdefault((name, False), []).append(seconds(works[name], 10, tts.device))
            with copies:
                spent.setdefault((name, True), []).append(seconds(works[name], 10, tts.device))
    return {
        name: statistics.median(spent[name, False]) / statistics.median(spent[name, True])
        for name in ("backbone", "flow")
    }


def frame_s(tts: TTS, batch: int, frames: int) -> float:
    """Seconds from one frame of codes to the next while a batch speaks, the first left out."""
    steps = tts.frames(requested(tts, batch, frames))
    came = [time.perf_counter() for _ in steps]  # codes come on the CPU, so that the device has done them
    return statistics.median(after - before for before, after in pairwise(came))


def requested(tts: TTS, batch: int, frames: int) -> list[Request]:
    """Requests of one text and voice, each with a seed of its own."""
    voice = torch.randn(REFERENCE_FRAMES, tts.config.backbone.dim)
    return [Request(text=TEXT[:500], voice=voice, language="en", seed=seed, max_frames=frames) for seed in range(batch)]


@torch.inference_mode()
def spoken(tts: TTS, batch: int, frames: int) -> tuple[float, float]:
    """Seconds to the first sound of requests that come at once, and their real-time factor."""
    requests = requested(tts, batch, frames)
    start = time.perf_counter()
    codes = torch.stack(list(islice(tts.frames(requests), FIRST)), -1)  # (B, Q, F)
    tts.codec.decode_piece(codes.to(tts.device), None)[0].cpu()
    first_s = time.perf_counter() - start
    start = time.perf_counter()
    sounds: list[Tensor] = tts.generate(requests)
    longest_s = max(len(sound) for sound in sounds) / tts.config.codec.sample_rate
    return first_s, (time.perf_counter() - start) / longest_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=sorted(CONFIGS), default="small")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), default="float32")
    parser.add_argument("--compiled", action="store_true", help="compile the frame first, which takes minutes")
    parser.add_argument("--batch", type=int, nargs="+", default=[1], help="requests at a time (default 1)")
    parser.add_argument("--frames", type=int, default=509, help="of speech (default 509: 41 s, for 500 characters)")
    arguments = parser.parse_args()
    device, dtype = torch.device(arguments.device), getattr(torch, arguments.dtype)
    config = replace(CONFIGS[arguments.config](), tokenizer="characters")
    tts = random_model(config, 1, device=device).to(dtype)
    tts.tokenizer = Characters(characters())
    tts.compiled = arguments.compiled
    tts.flow.semantic_codebook_output.weight.data[1] = 0  # rarely the end: speech of the full length
    rate = bandwidth(device)
    n_numbers = sum(p.numel() for p in tts.parameters())
    print(
        f"{config.name}: {n_numbers / 1e6:.0f} million numbers, {arguments.dtype}, {device}, "
        f"{torch.get_num_threads()} threads; copying moves {rate / 1e9:.1f} GB/s"
    )
    for batch in arguments.batch:
        found, floor = parts(tts, batch, arguments.frames), floors(tts, batch, arguments.frames)
        found["codec"] = decoding_s(tts, batch)
        print(f"\nbatch {batch}\n| part | ms a frame | floor, ms | times the floor |\n| --- | --- | --- | --- |")
        whole = frame_s(tts, batch, arguments.frames) + found["codec"]
        for name, spent in {**found, "a whole frame": whole}.items():
            least = floor.get(name, sum(floor.values())) / rate
            print(f"| {name} | {1000 * spent:.2f} | {1000 * least:.2f} | {spent / least:.2f} |")
        first_s, factor = spoken(tts, batch, arguments.frames)
        print(f"first sound after {1000 * first_s:.0f} ms, real-time factor {factor:.3f}")
    if helped_by_copies(device, dtype):
        ratios = ", ".join(f"{name} {ratio:.2f}" for name, ratio in by_torch(tts, arguments.frames).items())
        print(f"\nwith torch's own products, times as long: {ratios}")
    peak = (
        torch.cuda.max_memory_allocated()
        if device.type == "cuda"
        else 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    )
    print(f"\npeak memory {peak / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
