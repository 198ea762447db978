"""What the numbers of speaker similarity mean."""

from __future__ import annotations

from voxeval.metrics.anchors import MIN_SAME, MOST_PAIRS
from voxeval.types import MetricInfo

SHORT = "takes under 1 s are skipped"
WINDOWS = (
    "the encoder's windows (5 s, unless it was told otherwise) of the reference recordings that don't overlap (a "
    "shorter recording: the whole)"
)

INFOS = (
    MetricInfo(
        name="sim_o",
        unit="cosine",
        better="higher",
        formula="cosine of the embeddings of the take and of the reference recording, each as a whole; without a "
        f"reference: skipped; {SHORT}; weight 1",
        source="SIM-o of VALL-E (Wang et al. 2023) and seed-tts-eval: the original recording is the reference, not its "
        "resynthesis; values are comparable within one encoder only",
    ),
    MetricInfo(
        name="sim_accept",
        unit="1",
        better="higher",
        formula="1 where sim_o is at least the equal-error threshold of the run's reference recordings, else 0; "
        "threshold: the cosine at which the share of same-voice pairs below equals the share of different-voice pairs "
        f"above, over {WINDOWS}, same: of one recording, which takes more than 7.5 s to have two; of more than "
        f"{MOST_PAIRS:,} different-voice pairs, so many are drawn, always alike; skipped with fewer than 2 voices that "
        f"have references and with fewer than {MIN_SAME} same-voice pairs; {SHORT}; weight 1",
        source="voxeval: an acceptance rate can be read without knowing the encoder's scale",
    ),
    MetricInfo(
        name="sim_nearest",
        unit="1",
        better="higher",
        formula="1 where, of all reference recordings of the run, the one with the largest cosine to the take is of "
        f"the take's voice, else 0; skipped with fewer than 2 voices that have references; {SHORT}; weight 1",
        source="voxeval; guessing gives about 1 / number of voices",
    ),
    MetricInfo(
        name="voice_consistency",
        unit="cosine",
        better="higher",
        formula="cosine of the take's embedding and the mean of those of the same voice's other takes: in the same "
        f"language (id ending in within), and in the other languages (across); {SHORT}; weight 1",
        source="voxeval",
    ),
    MetricInfo(
        name="voice_separation",
        unit="1 - cosine",
        better="higher",
        formula="1 - mean cosine of the mean embedding of the take's voice with the mean embeddings of the other "
        f"voices that spoke, one value for all takes of a voice; {SHORT}; weight 1",
        source="voxeval",
        per_take=False,
    ),
    MetricInfo(
        name="anchor_same",
        unit="cosine",
        better="none",
        formula=f"mean cosine of pairs of one voice: {WINDOWS}, pairs of one recording (id ending in references), or "
        "where the run has no references, whole takes (takes); weight: pairs, so that the mean is that over pairs",
        source="voxeval: what the encoder makes of one voice",
        per_take=False,
    ),
    MetricInfo(
        name="anchor_different",
        unit="cosine",
        better="none",
        formula="mean cosine of pairs of different voices, of the same kind as for anchor_same; weight: pairs",
        source="voxeval: what the encoder makes of different voices",
        per_take=False,
    ),
)
