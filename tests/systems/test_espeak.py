from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_type_hints

import numpy as np
import psutil
import pytest

from voxeval.audio import joined, pcm_hash
from voxeval.errors import SpeechError, UnsupportedError, UsageError
from voxeval.systems.espeak import EspeakSystem
from voxeval.systems.espeak_engine import WORKER, Engine, Worker, installed_engine
from voxeval.types import LANGUAGES, Audio, Item, Request, Voice

SENTENCES = {
    "ar": "ذَهَبَ الوَلَدُ إلى المَدْرَسَةِ في الصَّباحِ.",
    "de": "Der Zug fährt morgen früh um acht Uhr ab.",
    "en": "The train leaves tomorrow morning at eight.",
    "es": "El tren sale mañana a las ocho de la mañana.",
    "fr": "Le train part demain matin à huit heures.",
    "hi": "रेलगाड़ी कल सुबह आठ बजे चलेगी।",
    "it": "Il treno parte domani mattina alle otto.",
    "nl": "De trein vertrekt morgenochtend om acht uur.",
    "pt": "O comboio parte amanhã às oito da manhã.",
}
LONG = "He walked along the river until it was dark, and then he walked back again. " * 40


@pytest.fixture(scope="module")
def espeak():
    system = EspeakSystem()
    yield system
    system.close()


def request(text: str, language: str = "en", *, voice: str | None = None, locale: str | None = None) -> Request:
    item = Item(id="one", language=language, text=text, cluster="one", locale=locale or language)
    return Request(item=item, text=text, voice=Voice(name=voice) if voice else None, seed=0, key="k")


def spoken(system: EspeakSystem, *args: str, **kwargs: str) -> Audio:
    return joined(list(system.speak(request(*args, **kwargs))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken_in_chunks(espeak, language):
    chunks = list(espeak.speak(request(SENTENCES[language], language)))
    assert len(chunks) > 10
    assert {chunk.sample_rate for chunk in chunks} == {22_050}
    assert max(chunk.duration_s for chunk in chunks) <= 0.11
    assert 1.0 < sum(chunk.duration_s for chunk in chunks) < 6.0
    assert np.abs(joined(chunks).samples).max() > 0.1
    assert list(espeak.info.voices) == list(LANGUAGES)
    assert espeak.info.engine == "espeak-ng"  # as recognizers name it in their floors


def test_the_first_chunk_comes_long_before_the_last(espeak):
    espeak.load()
    began = time.monotonic()
    arrivals = [time.monotonic() - began for _ in espeak.speak(request(LONG))]
    assert arrivals[0] < arrivals[-1] / 3


def test_the_default_voice_comes_first_and_names_are_locales(espeak):
    voices = espeak.info.voices
    assert voices["en"][0] == "en-us"
    assert {"en-gb", "en-gb-scotland"} <= set(voices["en"])
    assert voices["fr"][0] == "fr-fr"
    assert voices["pt"] == ("pt", "pt-br")
    assert voices["es"] == ("es", "es-419")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("en", "en-us", "en-gb"), ("pt", "pt", "pt-br"), ("es", "es", "es-419"), ("en", "en-us", "en-us+f3")],
)
def test_voices_sound_different(espeak, language, one, other):
    text = SENTENCES[language]
    assert pcm_hash(spoken(espeak, text, language, voice=one)) != pcm_hash(spoken(espeak, text, language, voice=other))


def test_without_a_voice_the_locale_decides(espeak):
    text = SENTENCES["pt"]
    brazilian = pcm_hash(spoken(espeak, text, "pt", locale="pt-BR"))
    assert brazilian == pcm_hash(spoken(espeak, text, "pt", voice="pt-br"))
    assert pcm_hash(spoken(espeak, text, "pt", locale="pt-AO")) == pcm_hash(spoken(espeak, text, "pt", voice="pt"))


def test_a_variant_is_the_same_as_option_and_in_a_name(espeak):
    system = EspeakSystem(variant="f3")
    assert system.info.voices["en"][0] == "en-us+f3"
    by_option = [pcm_hash(spoken(system, SENTENCES["en"], voice=voice)) for voice in ("en-us+f3", "en-us")]
    system.close()
    assert by_option == [pcm_hash(spoken(espeak, SENTENCES["en"], voice="en-us+f3"))] * 2


def test_a_voice_limits_the_languages():
    system = EspeakSystem(voice="en-gb+m3")
    assert system.info.languages == ("en",)
    assert system.info.voices == {"en": ("en-gb+m3",)}
    with pytest.raises(UnsupportedError, match="'de'"):
        spoken(system, "Guten Tag", "de")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variant": "nonsense"}, "no variant 'nonsense'.*f3"),
        ({"variant": "female3"}, "no variant 'female3'"),
        ({"voice": "nonsense"}, "no voice 'nonsense'.*en-us"),
        ({"voice": "en-us+nonsense"}, "no variant 'nonsense'"),
        ({"voice": "en-us+f3", "variant": "m1"}, "two variants"),
        ({"rate": 20}, "80 to 450"),
        ({"pitch": 100}, "0 to 99"),
        ({"timeout_s": 0.0}, "above 0"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        EspeakSystem(**options)


@pytest.mark.parametrize("voice", ["en-us+nonsense", "nonsense", "fr-fr"])
def test_unknown_voices_of_a_request_are_refused(espeak, voice):
    with pytest.raises(UnsupportedError, match=r"f3|en-us"):
        spoken(espeak, "Hello", voice=voice)


def test_cloning_is_refused(espeak):
    wanted = request("Hello")
    cloned = Request(item=wanted.item, text="Hello", voice=Voice(name="me", audio=Path("me.wav")), seed=0, key="k")
    with pytest.raises(UnsupportedError, match="clone"):
        next(espeak.speak(cloned))


@pytest.mark.slow
def test_the_engine_knows_all_variants_that_are_offered(espeak):
    plain = pcm_hash(spoken(espeak, "Hello there", voice="en-us"))
    same = [
        v for v in installed_engine().variants if pcm_hash(spoken(espeak, "Hello there", voice=f"en-us+{v}")) == plain
    ]
    assert same in ([], ["fast"])  # "fast" changes only the highest rate


def test_voices_with_noise_sound_the_same_from_every_worker_at_any_time():
    hashes = []
    for pause_s in (0.0, 1.05):  # the engine's own seed would be the time in whole seconds
        time.sleep(pause_s)
        system = EspeakSystem(variant="f3")
        hashes += [pcm_hash(spoken(system, SENTENCES["en"])) for _ in range(2)]
        system.close()
    assert len(set(hashes)) == 1


def test_a_text_sounds_the_same_whatever_was_spoken_before(espeak):
    fresh = EspeakSystem()
    first = pcm_hash(spoken(fresh, SENTENCES["en"]))
    spoken(fresh, SENTENCES["fr"], "fr", voice="fr-fr+whisper")
    again = pcm_hash(spoken(fresh, SENTENCES["en"]))
    fresh.close()
    assert first == again == pcm_hash(spoken(espeak, SENTENCES["en"]))


def test_rate_and_pitch_are_heard():
    slow, fast, high = EspeakSystem(rate=100), EspeakSystem(rate=300), EspeakSystem(rate=300, pitch=90)
    audio = [spoken(system, SENTENCES["en"]) for system in (slow, fast, high)]
    for system in (slow, fast, high):
        system.close()
    assert audio[0].duration_s > 1.5 * audio[1].duration_s
    assert pcm_hash(audio[1]) != pcm_hash(audio[2])
    assert len({system.info.fingerprint for system in (slow, fast, high)}) == 3


def test_another_version_of_the_code_is_another_system(monkeypatch):
    before = EspeakSystem().info.fingerprint
    monkeypatch.setattr("voxeval.systems.espeak.CODE_VERSION", 0)
    assert EspeakSystem().info.fingerprint != before


def test_equal_options_give_equal_fingerprints(espeak):
    assert EspeakSystem().info == espeak.info
    assert espeak.info.version.startswith("1.")


@pytest.mark.parametrize("markup", ['<break time="9s"/>', "<speak>", "[[h@loU]]"])
def test_markup_is_read_out_and_never_obeyed(espeak, markup):
    without = spoken(espeak, "Hello you").duration_s
    assert without + 0.2 < spoken(espeak, f"Hello {markup} you").duration_s < without + 4.0


def test_control_characters_neither_end_the_text_nor_command_the_engine(espeak):
    plain = pcm_hash(spoken(espeak, "Hello  dear friend"))
    assert pcm_hash(spoken(espeak, "Hello\0 dear friend")) == plain
    assert pcm_hash(spoken(espeak, "Hello\x01 dear friend")) == plain


@pytest.mark.parametrize("text", ["", "   ", "..."])
def test_nothing_to_speak_is_an_error(espeak, text):
    with pytest.raises(SpeechError, match="nothing to speak"):
        spoken(espeak, text)


def test_usage_tells_cpu_and_memory(espeak):
    spoken(espeak, LONG)
    usage = espeak.usage()
    assert 0.001 < usage.cpu_s < 5.0
    assert usage.threads == 1
    assert usage.total_s is None
    if Path("/proc/self/status").exists():
        assert 3.0 < usage.peak_memory_mb < 100.0


def workers_of_this_process() -> set[int]:
    return {child.pid for child in psutil.Process().children() if str(WORKER) in child.cmdline()}


def test_closing_the_iterator_stops_the_speech_and_the_next_request_is_clean():
    before = workers_of_this_process()
    system = EspeakSystem()
    wanted = pcm_hash(spoken(system, "Good evening"))
    chunks = system.speak(request(LONG))
    next(chunks)
    (worker,) = workers_of_this_process() - before
    speaking = psutil.Process(worker).children()
    assert len(speaking) == 1
    chunks.close()
    assert psutil.wait_procs(speaking, timeout=2.0)[1] == []
    assert workers_of_this_process() == before
    assert pcm_hash(spoken(system, "Good evening")) == wanted
    system.close()
    system.close()
    assert workers_of_this_process() == before


def test_a_killed_worker_is_an_error_and_the_next_request_starts_another():
    before = workers_of_this_process()
    system = EspeakSystem()
    chunks = system.speak(request(LONG * 20))
    next(chunks)
    (pid,) = workers_of_this_process() - before
    os.killpg(pid, signal.SIGKILL)
    with pytest.raises(SpeechError, match="worker ended"):
        list(chunks)
    assert spoken(system, "Good evening").duration_s > 0.3
    (pid,) = workers_of_this_process() - before
    os.kill(pid, signal.SIGKILL)  # between two requests
    time.sleep(0.05)
    assert spoken(system, "Good evening").duration_s > 0.3
    system.close()


def test_too_long_is_an_error():
    system = EspeakSystem(timeout_s=0.2)
    system.load()
    chunks = system.speak(request(LONG * 20))
    next(chunks)
    time.sleep(0.3)  # a listener who does not keep up: the pipe is full meanwhile
    with pytest.raises(SpeechError, match=r"more than 0\.2 s"):
        list(chunks)
    assert spoken(system, "Good evening").duration_s > 0.3
    system.close()


def test_a_library_that_does_not_load_says_so(tmp_path):
    engine = installed_engine()
    broken = Engine(
        library=tmp_path / "none.so", data=engine.data, package="0", voices=engine.voices, variants=engine.variants
    )
    with pytest.raises(SpeechError, match=r"did not start: .*none\.so"):
        Worker(broken)


def test_no_voxeval_process_loads_the_gpl_library():
    if not Path("/proc/self/maps").exists():
        pytest.skip("needs /proc to see what a process has loaded")
    program = (
        "from pathlib import Path\n"
        "from voxeval.systems.espeak import EspeakSystem\n"
        "from voxeval.types import Item, Request\n"
        "system = EspeakSystem()\n"
        "item = Item(id='1', language='en', text='Hello', cluster='1', locale='en')\n"
        "chunks = list(system.speak(Request(item=item, text='Hello', voice=None, seed=0, key='k')))\n"
        "print(len(chunks) > 1, system.info.version, 'espeak-ng.so' in Path('/proc/self/maps').read_text())\n"
        "worker = system._worker._process.pid\n"
        "print('libespeak-ng' in Path(f'/proc/{worker}/maps').read_text())\n"
        "system.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    chunks, *_, in_voxeval, in_worker = done.stdout.split()
    assert (chunks, in_voxeval, in_worker) == ("True", "False", "True")


def test_the_worker_imports_the_standard_library_only():
    tree = ast.parse(WORKER.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_options_can_be_checked_against_their_annotations():
    hints = get_type_hints(EspeakSystem.__init__)
    assert hints["voice"] == str | None
    assert hints["timeout_s"] is float


def test_arabic_vowels_on_a_doubled_consonant_are_heard_in_either_order_of_marks(espeak):
    marks = {"normal form": "\u0650\u0651", "shadda first": "\u0651\u0650", "no vowel": "\u0651"}
    sounds = {name: pcm_hash(spoken(espeak, f"كُل{signs}", "ar")) for name, signs in marks.items()}
    assert sounds["normal form"] == sounds["shadda first"]
    assert sounds["normal form"] != sounds["no vowel"]
