"""What can go wrong, and the exit code that says so."""


class VoxevalError(ValueError):
    """Something the user can mend: says what was got, what was expected and what to do."""

    exit_code = 2


class UsageError(VoxevalError):
    """A wrong option, system specification or combination of them."""


class SuiteError(VoxevalError):
    """A suite that can't be read, naming file and line."""


class PluginError(VoxevalError):
    """A plugin that is not there, does not load, or was given wrong options."""


class MissingDependencyError(VoxevalError):
    """A library or model that is used but not installed; names the command that adds it."""


class PreflightError(VoxevalError):
    """All that stands in the way of a run, found before it began."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in problems)
        super().__init__(f"{count} found before the run began, nothing was made:{lines}")


class AudioError(VoxevalError):
    """A recording that can't be read or can't be used."""


class SpeechError(VoxevalError):
    """A system did not speak a request; becomes a row with status failed."""


class UnsupportedError(VoxevalError):
    """A request is outside what a system says it can do; becomes a row with status skipped."""


class RunError(VoxevalError):
    """A folder that is not a run, or that another process is writing."""


class StorageError(VoxevalError):
    """The disk is full or not writable; what was finished is kept, and running again goes on from there."""

    exit_code = 74
