"""`python -m service calibrate`: write the tables, the page and the plot, or compare them with a
small simulation.
"""

from pathlib import Path

from service.alliance import calibrated
from service.calibration import simulated
from service.calibration.document.goals import goals
from service.calibration.document.page import page
from service.calibration.document.plot import plot
from service.calibration.document.source import source
from service.calibration.drift import figures
from service.calibration.tables import Tables, simulate

CHECKED_SERIES = 700


def committed() -> Tables:
    """Return the tables of the generated modules by name."""
    return {
        name: value
        for name, value in (vars(calibrated) | vars(simulated)).items()
        if name.isupper()
    }


def documents(tables: Tables) -> dict[str, str]:
    """Return the texts of page and plot by file name."""
    return {"calibration.md": page(tables), "calibration.svg": plot(tables)}


def write(series: int, processes: int, docs: Path) -> int:
    """Simulate the whole grid and write every generated file; return 1 where a goal is missed by
    more than chance explains.
    """
    tables = simulate(series, processes)
    for module in (calibrated, simulated):
        path = Path(str(module.__file__))
        path.write_text(source(tables, quoted=module is calibrated), encoding="utf-8")
        print(f"{path} written")
    write_documents(tables, docs)
    for goal in goals(tables):
        found = f"{goal.value:.1f} %, margin {goal.margin:+.1f} standard errors"
        print(f"{'NOT REACHED' if goal.missed else 'reached':11}  {goal.title}: {found}")
    return int(any(goal.missed for goal in goals(tables)))


def write_documents(tables: Tables, docs: Path) -> int:
    """Write page and plot from tables, without simulating anything; return 0."""
    for name, text in documents(tables).items():
        (docs / name).write_text(text, encoding="utf-8")
        print(f"{docs / name} written")
    return 0


def check(series: int, processes: int, docs: Path) -> int:
    """Compare page and plot with the tables, and the tables with a small simulation; return 1 where
    they differ.
    """
    tables = committed()
    stale = []
    for name, text in documents(tables).items():
        path = docs / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"{docs / name} is out of date")
    judged = figures(tables, series, processes)
    differing = [figure for figure in judged if figure.differs]
    for figure in differing:
        print(
            f"{figure.name}: {figure.found:.1f} % of {figure.n} courses, the tables say "
            f"{figure.expected:.1f} %"
        )
    print(f"{len(judged)} figures simulated again, {len(differing)} differ by more than chance")
    return int(bool(stale or differing))
