"""CSV for spreadsheets: UTF-8 with a byte order mark, and formulas neutralised."""

import csv
import io

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def for_spreadsheets(data: bytes) -> bytes:
    """Return CSV with a byte order mark, and without cells that a spreadsheet runs as formulas.

    A cell that would begin a formula gets an apostrophe before it, unless it is a plain number.
    See OWASP, CSV Injection.
    """
    output = io.StringIO()
    writer = csv.writer(output)
    for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")):
        writer.writerow([_harmless(cell) for cell in row])
    return output.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    if not cell.startswith(_STARTS_A_FORMULA) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell == cell.strip()
