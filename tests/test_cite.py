"""From notebook to report and back: addresses, citations, the register, and the check of a report."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from helpers import __main__ as commands
from helpers import cite, findings, links, register, reports, verify
from helpers.errors import CitationError, NotebookError

SLUG = "fig-arms-oil-cap"
ABOUT = {
    "title": "A & B_C: 100 % #1",
    "version": "1.2.3",
    "released": "2026-11-22",
    "authors": "The makers",
    "repository": "owner/name",
}
RECORD = {
    "slug": SLUG,
    "cite": f"{SLUG}@1f3a9c02",
    "fingerprint": "1f3a9c02",
    "notebook": "arms_flows/05_back.ipynb",
    "cell_id": SLUG,
    "sentence": "At least 2 {big} ships.",
    "not_shown": "rail.",
    "data_through": "2025-09-22",
    "values": {"n": 2},
}


def test_one_id_opens_the_cell_in_pages_lab_and_binder():
    place = RECORD["notebook"], SLUG
    assert links.page(*place) == f"arms_flows/05_back.html#cell-id={SLUG}"
    assert links.workspace(RECORD["notebook"]) == "arms_flows-05_back"
    assert links.lab(*place) == f"lab/workspaces/arms_flows-05_back#cell-id={SLUG}"
    assert links.binder("o/n", "v1.2.3", *place) == (
        f"https://mybinder.org/v2/gh/o/n/v1.2.3?urlpath=lab/workspaces/arms_flows-05_back%23cell-id%3D{SLUG}"
    )
    assert links.source("o/n", "a" * 40, *place).startswith(
        f"https://github.com/o/n/blob/{'a' * 40}/notebooks/"
    )


@pytest.mark.parametrize("ref", ["main", "HEAD", "v1", "a1b2c3d", "", "v1.2.3-rc1"])
def test_no_link_is_made_to_what_moves(ref):
    with pytest.raises(CitationError, match="not a branch"):
        links.fixed(ref)


def test_outside_a_checkout_there_is_no_commit(tmp_path):
    assert links.commit(tmp_path) is None
    assert len(links.commit() or "0" * 40) == 40


def test_a_commit_is_that_of_the_folder_itself_and_changes_are_told(tmp_path):
    own = tmp_path / "pact"
    (own / "data").mkdir(parents=True)
    (own / "data" / "a.csv").write_text("1")

    def git(*words, at=tmp_path):
        name = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *name, *words], cwd=at, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Someone's thesis")
    assert links.commit(tmp_path) is not None and links.commit(own) is None
    git("init", "-q", at=own)
    git("add", ".", at=own)
    git("commit", "-qm", "The collection", at=own)
    assert links.commit(own) not in (None, links.commit(tmp_path)) and not links.changed(own)
    (own / "data" / "a.csv").write_text("2")
    assert links.changed(own) and not links.changed(tmp_path / "none")


def test_a_finding_is_found_by_id_and_a_slip_is_met_with_the_nearest():
    found = cite.find(SLUG)
    assert cite.find(found["cite"]) == found
    with pytest.raises(CitationError, match=f"none of that name; nearest: {SLUG}"):
        cite.find("fig-arms-oil-caps")
    with pytest.raises(CitationError, match=f"expected {found['cite']}, as the finding now is"):
        cite.find(f"{SLUG}@00000000")
    assert cite.among(SLUG, {SLUG: RECORD}) == RECORD


def test_the_collection_tells_how_it_is_cited(tmp_path):
    about = cite.collection()
    package = (links.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{about["version"]}"' in package
    (tmp_path / "CITATION.cff").write_text("title: x\n")
    with pytest.raises(CitationError, match="expected title, version, date-released and authors"):
        cite.collection(tmp_path)


@pytest.mark.parametrize("form", cite.FORMATS)
def test_every_citation_holds_what_a_reader_needs(form):
    text = cite.citation(RECORD, form, {**ABOUT, "title": "Title"})
    plain = text.replace("\\", "").replace("{", "").replace("}", "")
    for part in ("At least 2", "rail.", "2025-09-22", RECORD["cite"], "1.2.3", "Title", "owner/name", SLUG):
        assert part in plain, part
    assert cite.address(RECORD, ABOUT, None) in text


def test_a_bibtex_entry_survives_special_characters():
    text = cite.citation(RECORD, "bibtex", ABOUT)
    assert r"A \& B\_C: 100 \% \#1" in text and r"At least 2 \{big\} ships." in text
    assert text.count("{") == text.count("}")


def test_a_csl_entry_is_json_of_the_known_fields():
    (item,) = json.loads(cite.citation(RECORD, "csl-json", ABOUT))
    assert item["type"] == "figure" and item["issued"] == {"date-parts": [[2026, 11, 22]]}
    assert item["author"] == [{"literal": "The makers"}]


def test_a_format_there_is_not_is_refused():
    with pytest.raises(CitationError, match="as format, got 'mla'"):
        cite.citation(RECORD, "mla", ABOUT)


def known(**entry):
    said = {
        "fingerprint": "0ld0ld00".replace("l", "1"),
        "from": "2026-01-01",
        "sentence": "Was.",
        "values": {"n": 1},
    }
    return {SLUG: {"first": "2026-01-01", "successor": None, "history": [said], **entry}}


def test_the_register_only_grows():
    after = register.updated(known(), [RECORD], "2026-02-01")
    assert [h["fingerprint"] for h in after[SLUG]["history"]] == ["01d01d00", "1f3a9c02"]
    assert after[SLUG]["first"] == "2026-01-01" and after[SLUG]["history"][1]["from"] == "2026-02-01"
    assert register.updated(after, [RECORD], "2026-03-01") == after
    assert register.updated({}, [RECORD], "2026-02-01")[SLUG]["first"] == "2026-02-01"


def test_a_published_id_neither_vanishes_nor_comes_back():
    with pytest.raises(CitationError, match="expected this finding or, as successor"):
        register.updated(known(), [], "2026-02-01")
    with pytest.raises(CitationError, match="expected a new id, this one was retired for fig-arms-new"):
        register.updated(known(successor="fig-arms-new"), [RECORD], "2026-02-01")
    register.updated(known(successor="fig-arms-new"), [], "2026-02-01")


def test_a_register_is_read_as_it_was_written(tmp_path):
    assert register.load(tmp_path) == {}
    register.save(known(), tmp_path)
    assert register.load(tmp_path) == known() and register.path(tmp_path).name == "register.json"
    register.path(tmp_path).write_text('{"fig-arms-x": {"first": "2026-01-01"}}')
    with pytest.raises(CitationError, match="expected first, successor and history"):
        register.load(tmp_path)
    short = {SLUG: {"first": "2026-01-01", "successor": None, "history": [{"fingerprint": "1f3a9c02"}]}}
    register.path(tmp_path).write_text(json.dumps(short))
    with pytest.raises(CitationError, match="what it said at each time"):
        register.load(tmp_path)
    register.path(tmp_path).write_text("[")
    with pytest.raises(CitationError, match="expected a register"):
        register.load(tmp_path)


def test_what_became_of_a_citation_is_told():
    saved = {SLUG: RECORD}
    assert verify.outcome(SLUG, "1f3a9c02", saved, {}).status == "unchanged"
    changed = verify.outcome(SLUG, "01d01d00", saved, known())
    assert changed.status == "changed"
    for part in ("was  Was.", "from 2026-01-01", "is   At least 2", "n: 1 → 2"):
        assert part in changed.says
    retired = verify.outcome(SLUG, "01d01d00", {}, known(successor="fig-arms-new"))
    assert (retired.status, retired.says) == ("retired", "successor: fig-arms-new")
    unknown = verify.outcome("fig-arms-oil-cups", "01d01d00", saved, {})
    assert (unknown.status, unknown.says) == ("unknown", f"nearest: {SLUG}")


CITE = f"{SLUG}@1f3a9c02"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.md", f"As [shown](x) (`{CITE}`)."),
        ("r.txt", f"\ufeffsee {CITE}, and again {CITE}."),
        ("r.txt", "a word parted at its hyphen: fig-arms-\n   oil-cap@1f3a9c02"),
        ("r.tex", r"\texttt{fig-arms-\allowbreak oil-cap@1f3a9c02}".replace(r"\allowbreak ", r"\allowbreak")),
        ("r.html", f"<p>see <code>{SLUG}</code>&#64;<b>1f3a9c02</b></p>"),
    ],
)
def test_citations_are_found_in_reports(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert verify.cited(reports.text(tmp_path / name)) == [(SLUG, "1f3a9c02")]


def test_a_citation_split_over_runs_of_a_word_file_is_found(tmp_path):
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = "".join(run.format(part) for part in ("see fig-arms-", "oil-cap@1f", "3a9c02"))
    schema = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(tmp_path / "r.docx", "w") as packed:
        packed.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{schema}"><w:body><w:p>{body}</w:p></w:body></w:document>',
        )
    assert verify.cited(reports.text(tmp_path / "r.docx")) == [(SLUG, "1f3a9c02")]


def test_what_only_looks_like_a_citation_is_left_alone():
    assert verify.cited(f"x{CITE} fig-moon-base@1f3a9c02 {SLUG} {SLUG}@") == []


def test_a_damaged_fingerprint_is_told():
    found = verify.cited(f"{SLUG}@1F3A9C02 {SLUG}@1f3a9c0 _{SLUG}@1f3a9c021_")
    assert found == [(SLUG, "1f3a9c02"), (SLUG, "1f3a9c0"), (SLUG, "1f3a9c021")]
    told = [verify.outcome(*pair, {SLUG: RECORD}, {}) for pair in found]
    assert [t.status for t in told] == ["unchanged", "unknown", "unknown"]
    assert told[1].says == f"expected eight hexadecimal digits after @; now {CITE}"


def test_a_citation_in_a_pdf_is_found(tmp_path):
    page = Figure()
    page.text(0.1, 0.8, f"As the collection shows ({CITE}), and")
    page.text(0.1, 0.7, "a line that ends within one: fig-arms-")
    page.text(0.1, 0.65, "shells-box@00c0ffee.")
    page.savefig(tmp_path / "r.pdf")
    found = verify.cited(reports.text(tmp_path / "r.pdf"))
    assert found == [(SLUG, "1f3a9c02"), ("fig-arms-shells-box", "00c0ffee")]


def test_a_report_that_cannot_be_read_is_one_clear_sentence(tmp_path):
    (tmp_path / "big.md").write_bytes(b"x" * (reports.MOST + 1))
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "not.docx").write_text("no zip")
    (tmp_path / "not.pdf").write_text("no pages")
    (tmp_path / "x.odt").write_text("")
    for name, words in (
        ("none.md", "there is no file"), ("", "it is no file"), ("big.md", "at most 10,000,000 bytes"),
        ("latin.txt", "text in UTF-8"), ("not.docx", "a DOCX file"), ("not.pdf", "a PDF file"),
        ("x.odt", "got '.odt'"),
    ):  # fmt: skip
        with pytest.raises(CitationError, match=words) as fault:
            reports.text(tmp_path / name if name else tmp_path)
        assert "\n" not in str(fault.value)


def test_commands_answer_and_their_status_says_whether_all_is_well(tmp_path, capsys):
    live = cite.find(SLUG)["cite"]
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(f"see {live}")
    bad.write_text(f"see {SLUG}@00000000 and {live}")
    assert commands.main(["verify", str(good)]) == 0
    assert commands.main(["verify", str(good), str(bad)]) == 1
    assert commands.main(["verify", str(tmp_path / "none.md")]) == 1
    assert commands.main(["cite", SLUG, "--format", "apa"]) == 0
    assert commands.main(["cite", SLUG, "fig-arms-nothing"]) == 1
    out, err = capsys.readouterr()
    assert f"unchanged  {live}" in out and f"changed    {SLUG}@00000000" in out
    assert "fig-arms-nothing: expected the id of a finding" in err and err.count("\n") == 2


@pytest.mark.parametrize(
    "arguments",
    [["cite"], ["cite", SLUG, "--format", "mla"], ["verify"], ["cells", "--notebooks", "none"], []],
)
def test_a_wrong_argument_is_one_sentence(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        commands.main(arguments)
    told = capsys.readouterr().err
    assert end.value.code == 1 and told.count("\n") == 1 and "python -m helpers" in told


def test_findings_are_read_from_saved_notebooks_only(tmp_path):
    assert {f["slug"] for f in findings.listing()} >= {SLUG}
    assert findings.addresses()[SLUG] == "arms_flows/05_what_came_back.ipynb"
    (tmp_path / "x.ipynb").write_text("{}")
    assert findings.notebooks(tmp_path) == [tmp_path / "x.ipynb"]
    with pytest.raises(NotebookError, match="expected a notebook of format 4"):
        findings.listing(tmp_path)


@pytest.mark.parametrize("name", findings.NEEDED)
def test_a_finding_that_lacks_something_is_named(tmp_path, name):
    record = {key: "x" for key in findings.NEEDED if key != name}
    output = {"output_type": "display_data", "data": {findings.MIME: record}, "metadata": {}}
    cell = {"cell_type": "code", "id": SLUG, "source": "", "outputs": [output]}
    (tmp_path / "x.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    with pytest.raises(NotebookError, match=f"x.ipynb:{SLUG}: expected a finding with {name}; run it again"):
        findings.listing(tmp_path)


@pytest.mark.parametrize("raw", [b"\xff{}", b"[" * 100_000, b'{"nbformat": 4, "cells": null}', b"null"])
def test_a_notebook_that_is_none_is_one_short_sentence(tmp_path, raw, capsys):
    (tmp_path / "x.ipynb").write_bytes(raw)
    for command in (["cells"], ["cite", SLUG], ["export", SLUG, "--to", str(tmp_path / "to")]):
        assert commands.main([*command, "--notebooks", str(tmp_path)]) == 1
        told = capsys.readouterr().err
        assert "x.ipynb: expected a notebook of format 4" in told and told.count("\n") == 1
        assert len(told) < len(str(tmp_path)) + 250


def test_what_the_system_refuses_is_one_sentence(tmp_path, capsys, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(findings, "listing", refused)
    assert commands.main(["cells"]) == 1
    assert capsys.readouterr().err == f"{tmp_path}: Permission denied\n"


def test_a_citation_waits_for_no_heavy_package():
    code = "import sys; from helpers import __main__ as m; m.main(['cite', sys.argv[1]])"
    code += "; print(sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code, SLUG], capture_output=True, text=True, check=True)
    loaded = run.stdout.splitlines()[-1]
    assert not any(f"'{name}'" in loaded for name in ("pandas", "numpy", "matplotlib", "seaborn", "IPython"))


def elsewhere(code, text):
    """Run code of a tool that was not written here on a text."""
    python = Path(os.environ.get("TOOLS", links.ROOT / ".venv-tools" / "bin")) / "python"
    run = subprocess.run([python, "-c", code], input=text, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_bibtex_parser_reads_every_entry():
    about = cite.collection()
    slugs = [f["slug"] for f in findings.listing()]
    text = "\n\n".join(cite.citation(cite.find(slug), "bibtex", about) for slug in slugs[::9])
    code = (
        "import sys, bibtexparser as b; lib = b.parse_string(sys.stdin.read());"
        "assert not lib.failed_blocks, lib.failed_blocks[0].raw;"
        "print(*(e.key for e in lib.entries))"
    )
    assert elsewhere(code, text).split() == slugs[::9]


def test_a_citation_processor_sets_every_item():
    about = cite.collection()
    slugs = [f["slug"] for f in findings.listing()][::9]
    items = [json.loads(cite.citation(cite.find(slug), "csl-json", about))[0] for slug in slugs]
    code = (
        "import json, sys; from citeproc import *; from citeproc.source.json import CiteProcJSON\n"
        "items = json.load(sys.stdin)\n"
        "style = CitationStylesStyle('harvard-cite-them-right', validate=False)\n"
        "book = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)\n"
        "for i in items: book.register(Citation([CitationItem(i['id'])]))\n"
        "print(*map(str, book.bibliography()), sep='\\n')"
    )
    lines = elsewhere(code, json.dumps(items)).splitlines()
    assert len(lines) == len(items)
    assert all("The contributors to The Pact and the Balance" in line and "2026" in line for line in lines)


def test_citation_cff_is_valid_by_its_own_validator():
    tool = Path(os.environ.get("TOOLS", links.ROOT / ".venv-tools" / "bin")) / "cffconvert"
    run = subprocess.run(
        [tool, "--validate", "-i", "CITATION.cff"],
        cwd=links.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0 and "valid" in run.stdout, run.stdout + run.stderr
