# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page in a real browser, as somebody sees it who opens the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from axe_selenium_python import Axe
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

PROGRAMS = ("chromium", "chromedriver")


class Row(NamedTuple):
    """What a row of a table shows, from the left to the right."""

    name: str
    cells: list[str]


class Page:
    """A report that is open in Chromium."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, file: Path) -> None:
        """Open a file."""
        self._driver.get(file.as_uri())

    def use(self, scheme: str) -> None:
        """Prefer ``light`` or ``dark``."""
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return self._find(selector).text

    def tables(self) -> list[list[Row]]:
        """Return the rows of all tables, with texts exactly as they are in the document."""
        script = (
            "return Array.from(document.querySelectorAll('tbody'), (body) => Array.from(body.rows, (row) =>"
            " Array.from(row.cells, (cell) => cell.textContent.trim())))"
        )
        tables: list[list[list[str]]] = self.run(script)
        return [[Row(cells[0], cells[1:]) for cells in table] for table in tables]

    def names(self) -> list[str]:
        """Return the first column of the first table."""
        return [row.name for row in self.tables()[0]]

    def shown_names(self) -> list[str]:
        """Return the names in the first table that are not hidden."""
        rows = self._find("table").find_elements(By.CSS_SELECTOR, "tbody tr")
        return [row.find_element(By.CSS_SELECTOR, "th").text for row in rows if row.is_displayed()]

    def figures(self, section: str) -> dict[str, str]:
        """Return the figures at the head of a section by their names."""
        terms = self._driver.find_elements(By.CSS_SELECTOR, f"{section} dl div")
        return {
            term.find_element(By.TAG_NAME, "dt").text: term.find_element(By.TAG_NAME, "dd").text.replace("\n", ", ")
            for term in terms
        }

    def press(self, heading: str) -> str:
        """Sort by a column with the keyboard; return the order that a screen reader announces."""
        header = next(each for each in self._all("thead th") if each.text.startswith(heading))
        header.find_element(By.TAG_NAME, "button").send_keys(" ")
        return header.get_attribute("aria-sort") or ""

    def type(self, text: str) -> None:
        """Type into the field above the first table."""
        self._find("input").send_keys(text)

    def run(self, script: str) -> Any:
        """Run a script in the page; return what it returns."""
        return self._driver.execute_script(script)

    def problems(self) -> list[str]:
        """Return what axe-core finds wrong, and what the browser has complained of."""
        axe = Axe(self._driver)
        axe.inject()
        violations = axe.run()["violations"]
        messages = [str(entry["message"]) for entry in self._driver.get_log("browser")]
        return [f"{each['id']}: {each['nodes'][0]['html']}" for each in violations] + messages

    def _find(self, selector: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, selector)

    def _all(self, selector: str) -> list[WebElement]:
        return self._driver.find_elements(By.CSS_SELECTOR, selector)


def missing_programs() -> list[str]:
    """Name what this machine lacks to open a page."""
    return [name for name in PROGRAMS if not shutil.which(name)]


@contextmanager
def opened() -> Iterator[Page]:
    """Start Chromium; end it after the block."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,1000"):
        options.add_argument(argument)  # in a container, its own sandbox cannot be set up
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Page(driver)
    finally:
        driver.quit()
