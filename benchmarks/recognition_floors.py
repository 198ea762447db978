"""Word and character error rate of a recognizer on a folder of recordings with transcripts.csv (columns file, text).

With --command the texts are spoken first by a program, as "flite -voice rms -t {text} -o {out}".
"""

from __future__ import annotations

import argparse
import csv
import shlex
import subprocess
import tempfile
import time
from pathlib import Path

import jiwer

from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.analyzers.whisper import WhisperRecognizer
from voxeval.audio import read_audio
from voxeval.text.normalize import normalizer
from voxeval.types import Clip, Transcript


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--command", help="program that speaks {text} into the WAV file {out}")
    parser.add_argument("--whisper", help="Whisper model to measure; without it, PocketSphinx")
    parser.add_argument("--language", default="en")
    arguments = parser.parse_args()
    recognizer = WhisperRecognizer(model=arguments.whisper) if arguments.whisper else PocketSphinxRecognizer()

    with (arguments.folder / "transcripts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    clips = []
    with tempfile.TemporaryDirectory() as scratch:
        for row in rows:
            path = arguments.folder / row["file"]
            if arguments.command:
                path = Path(scratch) / "spoken.wav"
                argv = [part.format(text=row["text"], out=path) for part in shlex.split(arguments.command)]
                subprocess.run(argv, check=True)
            clips.append(Clip(audio=read_audio(path), language=arguments.language))

    begun = time.process_time()
    heard = recognizer.analyze(clips)
    cpu_s = time.process_time() - begun
    words = normalizer().words
    references = [" ".join(words(row["text"], arguments.language)) for row in rows]
    hypotheses = [
        " ".join(words(answer.text, arguments.language)) for answer in heard if isinstance(answer, Transcript)
    ]
    assert len(hypotheses) == len(references), "a clip was not heard"
    audio_s = sum(clip.audio.duration_s for clip in clips)
    print(f"recognizer  {recognizer.info.id} ({recognizer.info.version})")
    print(f"speech      {len(rows)} clips, {audio_s:.0f} s: {arguments.command or arguments.folder.name}")
    print(f"normalizer  {normalizer().name}")
    print(f"WER         {jiwer.wer(references, hypotheses):.3f}")
    print(f"CER         {jiwer.cer(references, hypotheses):.3f}")
    print(f"cost        {cpu_s / audio_s:.3f} CPU s a second of audio")


if __name__ == "__main__":
    main()
