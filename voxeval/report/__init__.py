"""The HTML report of one run or several."""

from voxeval.report.page import write_report

__all__ = ["write_report"]
