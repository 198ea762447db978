"""Codec and text-to-speech model each learn one batch by heart: loss curves, and what is left to hear.

    python benchmarks/reference_learning.py [--picture FILE.png]

`nano`, from random weights, on two sentences that espeak-ng speaks. The codec learns to give their sound back; then the
backbone and the flow learn the codes that it makes of them. It says whether the network can represent what it is shown
and whether its gradients lead there, and nothing of how it would speak any other text. The picture needs Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path

import soxr
import torch
from playwright.sync_api import sync_playwright
from plotly.subplots import make_subplots
from torch import Tensor

from reference_model.checkpoint import random_model
from reference_model.config import N_SPECIAL, nano
from reference_model.prompt import lay_out, reference_ids
from reference_model.train.espeak import Prompt, Speaker
from reference_model.tts import TTS, Example, Request

TEXTS = ("Good morning, can you hear me?", "The boat is late, and it rains.")
LENGTH_S = 1.92  # 24 frames
Curve = dict[str, list[float]]


def spoken(rate: int) -> Tensor:
    """The sentences (B, 1, S) at a sample rate."""
    speaker = Speaker()
    rows = []
    for text in TEXTS:
        said = speaker.speak(Prompt(text=text, voice="gmw/en-US", rate=190, pitch=50, range=50))
        assert said is not None, "espeak-ng speaks this text with this voice"
        samples = torch.from_numpy(soxr.resample(said.samples, said.sample_rate, rate))
        samples = torch.nn.functional.pad(samples, (0, round(rate * LENGTH_S)))[: round(rate * LENGTH_S)]
        rows.append(0.5 * samples / samples.abs().max())
    speaker.close()
    return torch.stack(rows)[:, None]


def codec_learns(tts: TTS, sound: Tensor, steps: int) -> Curve:
    """Losses of the codec, step by step."""
    generator = torch.Generator().manual_seed(1)
    optimizer = torch.optim.AdamW(tts.codec.parameters(), 1e-3, betas=(0.8, 0.99))
    fall = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    curve: Curve = {}
    for step in range(steps):
        losses = tts.codec.loss(sound, step, generator)
        latents = losses.pop("latents")
        taught(optimizer, list(tts.codec.parameters()), losses["total"])
        fall.step()
        tts.codec.quantizer.semantic_codebook.learn(latents[:, : tts.config.codec.semantic_dim], generator=generator)
        for name in ("waveform", "spectrum", "commitment"):
            curve.setdefault(name, []).append(float(losses[name].detach()))
    return curve


def tts_learns(tts: TTS, codes: Tensor, steps: int) -> Curve:
    """Losses of backbone and flow, step by step: each sentence in the voice of the other one."""
    assert tts.tokenizer is not None
    examples = []
    for row, text in enumerate(TEXTS):
        reference = reference_ids(codes[1 - row : 2 - row])[0]  # (Q, N)
        ids = lay_out(tts.config.tokens, tts.tokenizer.encode(text, "en"), reference.shape[1])
        examples.append(Example(ids=torch.tensor(ids), reference=reference, target=codes[row] + N_SPECIAL))
    generator = torch.Generator().manual_seed(2)
    parameters = [*tts.backbone.parameters(), *tts.flow.parameters()]
    optimizer = torch.optim.AdamW(parameters, 1e-3, betas=(0.9, 0.95))
    fall = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=steps)
    curve: Curve = {}
    for _ in range(steps):
        losses = tts.loss(examples, generator)
        taught(optimizer, parameters, losses["total"])
        fall.step()
        for name in ("semantic", "acoustic"):
            curve.setdefault(name, []).append(float(losses[name].detach()))
    return curve


def taught(optimizer: torch.optim.Optimizer, parameters: list[torch.nn.Parameter], loss: Tensor) -> None:
    """One step."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()


@torch.inference_mode()
def same_codes(tts: TTS, codes: Tensor) -> tuple[float, float]:
    """Share of semantic codes that are said again, and mean distance of acoustic ones in levels."""
    rows = [tts.backbone.embed_frames(reference_ids(codes[1 - row : 2 - row]))[0] for row in range(len(TEXTS))]
    requests = [
        Request(text=text, voice=voice, language="en", max_frames=codes.shape[-1])
        for text, voice in zip(TEXTS, rows, strict=True)
    ]
    said = torch.stack(list(tts.frames(requests)), -1)  # (B, Q, F)
    missing = codes.shape[-1] - said.shape[-1]
    said = torch.nn.functional.pad(said, (0, missing), value=-1)
    return (
        float((said[:, 0] == codes[:, 0]).float().mean()),
        float((said[:, 1:] - codes[:, 1:]).abs().float().mean()),
    )


def picture(curves: dict[str, Curve], out: Path) -> None:
    """Both trainings side by side, losses on a logarithmic axis."""
    figure = make_subplots(rows=1, cols=2, subplot_titles=list(curves))
    for column, curve in enumerate(curves.values(), start=1):
        for name, losses in curve.items():
            figure.add_scatter(y=losses, name=name, mode="lines", row=1, col=column)
            figure.add_annotation(
                x=len(losses), y=torch.tensor(losses[-20:]).mean().log10().item(), text=name, showarrow=False,
                xanchor="left", row=1, col=column, font_size=15,
            )  # fmt: skip
        figure.update_xaxes(title="step", range=[0, 1.22 * len(losses)], row=1, col=column)
    figure.update_yaxes(type="log", dtick=1)
    figure.update_layout(template="plotly_white", width=1100, height=420, showlegend=False, font_size=15)
    figure.update_traces(line_width=1.5)
    page = out.with_suffix(".html")
    page.write_text(figure.to_html(include_plotlyjs=True, config={"staticPlot": True}), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1116, "height": 440})
        tab.goto(page.resolve().as_uri())
        tab.wait_for_selector(".main-svg")
        tab.screenshot(path=str(out))
        browser.close()
    page.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, nargs=2, default=[800, 1000], help="of the codec and of the rest")
    parser.add_argument("--picture", type=Path, help="where to draw the curves")
    arguments = parser.parse_args()
    curves: dict[str, Curve] = {}
    tts = random_model(nano(), 1).train()
    sound = spoken(tts.config.codec.sample_rate)
    started = time.process_time()
    curves["Codec: two sentences given back"] = codec_learns(tts, sound, arguments.steps[0])
    with torch.inference_mode():
        codes = tts.codec.encode(sound)
        back = tts.codec.decode(codes)
    ratio = 10 * torch.log10(sound.square().sum() / (sound - back).square().sum())
    print(f"codec: signal over error {ratio:.1f} dB, through its codes, {time.process_time() - started:.0f} CPU s")
    started = time.process_time()
    curves["Backbone and flow: two sentences said again"] = tts_learns(tts, codes.clone(), arguments.steps[1])
    semantic, acoustic = same_codes(tts.eval(), codes)
    print(
        f"backbone and flow: {100 * semantic:.0f} % of the semantic codes said again, acoustic ones {acoustic:.2f} "
        f"levels of {tts.config.codec.acoustic_codebook_size} away, {time.process_time() - started:.0f} CPU s"
    )
    print("\n| loss | at first | at the end |\n| --- | ---: | ---: |")
    for curve in curves.values():
        for name, losses in curve.items():
            print(f"| {name} | {losses[0]:.4f} | {sum(losses[-20:]) / 20:.4f} |")
    if arguments.picture:
        picture(curves, arguments.picture)


if __name__ == "__main__":
    main()
