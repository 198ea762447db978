"""The report opened from a file in headless Chromium, as a reader opens it."""

import re
import shutil

import pytest

from tests.report.report_runs import NASTY, make_run
from voxeval.report import write_report
from voxeval.report.numbers import number

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; `apt install chromium` adds it"),
]


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    run = make_run(tmp_path_factory.mktemp("runs") / "smoke", n_items=3)
    out = tmp_path_factory.mktemp("out")
    return {
        "files": write_report([run], out / "files"),
        "single": write_report([run], out / "single", single_file=True),
    }


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--disable-sync", "--autoplay-policy=no-user-gesture-required"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, reports):
    """Open the report, and hold what it complains of and what it asks for."""
    contexts = []

    def open_page(kind="files", width=1280, theme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.complaints, page.requests = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(reports[kind].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def count(page, place="takes-count"):
    """How many rows fit the filters."""
    found = re.search(r"of (\d+)", page.locator(f"#{place}").inner_text())
    return int(found[1]) if found else 0


def see_everything(page):
    """Scroll through the whole page, so that all that is drawn late is drawn."""
    for place in page.locator(".chart").all():
        place.scroll_into_view_if_needed()
        page.wait_for_function("place => place.dataset.drawn", arg=place.element_handle(), timeout=20_000)


@pytest.mark.parametrize("kind", ["files", "single"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_opens_without_errors_or_network(visit, kind, theme):
    page = visit(kind, theme=theme)
    see_everything(page)
    assert page.locator(".chart .main-svg").count() > 10
    assert page.complaints == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in page.requests)


def test_filters_change_the_rows(visit):
    page = visit()
    assert count(page) == 75
    page.select_option("#select-system", "espeak")
    assert count(page) == 36
    page.select_option("#select-language", "fr")
    assert count(page) == 4
    assert set(page.locator(".take .where").all_inner_texts()) == {
        "French · fr-01", "French · fr-02", "French · fr-03", "French · fr-long01",
    }  # fmt: skip
    page.select_option("#select-suite", "longform-smoke")
    assert count(page) == 1
    page.fill("#takes-search", "no such words anywhere")
    assert page.locator("#takes-count").inner_text() == "No take fits these filters."
    assert page.locator(".take").count() == 0


def test_failed_takes_are_found_by_status_and_say_why(visit):
    page = visit()
    page.select_option("#select-status", "failed")
    assert count(page) == 1
    page.locator(".take .toggle").click()
    assert "<b>no such voice</b>" in page.locator(".take .body").inner_text()


def test_texts_from_outside_are_shown_and_not_run(visit):
    page = visit()
    page.fill("#takes-search", "alert(1)")
    assert count(page) == 3  # en-02 by three systems
    page.locator(".take .toggle").first.click()
    shown = page.locator(".take .body .text bdi").first.text_content()
    assert shown == NASTY
    assert page.locator("section img[src='x']").count() == 0
    assert page.complaints == []


def test_the_worst_comes_first_and_paging_goes_on(visit):
    page = visit()
    page.select_option("#select-metric", label="DNSMOS overall ↑ · dnsmos")
    values = [float(text) for text in page.locator(".take .value").all_inner_texts()]
    assert values == sorted(values)
    assert len(values) == 20
    page.get_by_role("group", name="Pages of takes").get_by_role("button", name="Next").click()
    assert float(page.locator(".take .value").first.inner_text()) >= values[-1]
    assert page.locator("#takes-count").inner_text().startswith("21 to 40 of 75")


@pytest.mark.parametrize("kind", ["files", "single"])
def test_a_player_plays_and_another_one_stops_it(visit, kind):
    page = visit(kind)
    first, second = (page.locator("#listen .play").nth(place) for place in (0, 1))
    first.click()
    page.wait_for_function("button => button.audio && button.audio.currentTime > 0.1", arg=first.element_handle())
    assert first.get_attribute("aria-label").startswith("Pause")
    second.click()
    page.wait_for_function("button => button.audio && button.audio.currentTime > 0.1", arg=second.element_handle())
    assert first.evaluate("button => button.audio.paused")


def test_the_spectrogram_is_shown_and_seeks(visit):
    page = visit()
    page.fill("#takes-search", "long01")
    page.locator(".take .toggle").first.click()
    frame = page.locator(".take .spectrogram").first
    assert frame.locator("img").evaluate("async image => (await image.decode(), image.naturalWidth)") > 100
    box = frame.bounding_box()
    frame.click(position={"x": box["width"] / 2, "y": 20})
    audio = page.locator(".take audio").first.element_handle()
    page.wait_for_function("audio => audio.currentTime > 2.8", arg=audio)  # the middle of 6 s


def test_the_theme_can_be_changed_and_stays(visit):
    page = visit(theme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.click("#theme")
    assert page.evaluate(paper) != light
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    page.reload()
    assert page.evaluate(paper) != light
    page.click("#theme")
    assert page.evaluate(paper) == light


OUTSIDE = """() => [...document.querySelectorAll('main *')]
  .filter((node) => !node.closest('.scroll, .unseen, svg') && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(visit, width):
    page = visit(width=width)
    see_everything(page)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    inner = page.evaluate(OUTSIDE)
    assert inner == []


def test_everything_is_reached_by_keyboard(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    toggle = page.locator(".take .toggle").nth(1)
    toggle.focus()
    page.keyboard.press("Enter")
    assert toggle.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") == "play"
    page.keyboard.press("Space")
    page.wait_for_function("() => document.activeElement.audio?.currentTime > 0.05")
    controls = "[...document.querySelectorAll('button, a, select, input, audio, summary')]"
    hidden = page.evaluate(f"{controls}.filter((node) => node.tabIndex < 0).length")
    assert hidden == 0


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (text) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => [r, g, b].map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const under = (node) => {
    for (; node; node = node.parentElement) {
      const color = rgba(getComputedStyle(node).backgroundColor);
      if (color[3] > 250) return color;
    }
    return rgba('white');
  };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const words = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const apart = node.closest('svg, script, style, :disabled, .unseen, option, noscript');
    if (!words || apart || !node.offsetParent) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(under(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${node.className} ${node.textContent.slice(0, 30)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_texts_have_the_contrast_of_wcag_aa(visit, theme):
    page = visit(theme=theme)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert page.evaluate(CONTRAST) == []


def test_scripts_write_numbers_as_the_tables_do(visit):
    page = visit()
    values = [0.0, 0.0004, 0.00321, 0.0567, 0.53, -0.27, 1.0, 2.345, 9.876, -12.34, 99.53, 123.4, 12345.6, None]
    for unit in ("1", "s", "cosine", "Hz", "dB", "ratio", "sparks"):
        written = page.evaluate("([values, unit]) => values.map((value) => format(value, unit))", [values, unit])
        assert written == [number(value, unit) for value in values]


def test_charts_have_words_and_a_table(visit):
    page = visit()
    see_everything(page)
    for figure in page.locator("figure:has(.chart)").all():
        assert len(figure.locator(".chart").get_attribute("aria-label")) > 40
        assert figure.locator("details table tbody tr").count() >= 1
