"""Any take, for laws."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from voxeval.types import Clock, Item, Take

texts = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text(string.ascii_letters + "ه日é-", min_size=1, max_size=8)
seconds = st.none() | st.floats(0, 1e6)
items = st.builds(
    Item,
    id=names,
    language=st.sampled_from(["en", "ar"]),
    text=texts,
    spoken=st.lists(texts, max_size=2).map(tuple),
    category=names,
    cluster=names,
    keywords=st.lists(texts, max_size=2).map(tuple),
    locale=names,
    voice=st.none(),
    reference_audio=st.none(),
    reference_text=st.none(),
    speech_text=st.none(),
)
clocks = st.builds(
    Clock,
    timing=st.sampled_from(["exclusive", "shared", "reported"]),
    load_s=seconds,
    first_audio_s=seconds,
    total_s=seconds,
    cpu_s=seconds,
    chunk_times_s=st.lists(st.floats(0, 100), max_size=3).map(tuple),
    chunk_samples=st.lists(st.integers(0, 10**6), max_size=3).map(tuple),
    concurrency=st.integers(1, 9),
    threads=st.none() | st.integers(1, 9),
    host=texts,
    peak_memory_mb=seconds,
)
takes = st.builds(
    Take,
    suite=names,
    suite_version=names,
    item=items,
    system=names,
    system_key=names,
    voice=texts,
    seed=st.integers(0, 9),
    request_key=names,
    text_given=texts,
    status=st.sampled_from(["ok", "failed", "skipped"]),
    detail=texts,
    audio_sha256=st.none() | names,
    audio_path=st.none() | texts,
    sample_rate=st.none() | st.integers(1000, 10**6),
    duration_s=seconds,
    reference_audio=st.none() | texts,
    reference_sha256=st.none() | names,
    clock=clocks,
)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
