"""A citation is found however a report is typeset; a report that cannot be read is told in one sentence."""

import json
import subprocess
import sys
import zipfile

import pypdf
import pytest
from matplotlib.figure import Figure

from helpers import __main__ as commands
from helpers import cite, files, links, register, reports, verify
from helpers.errors import CitationError

SLUG, OTHER = "fig-arms-oil-cap", "tbl-arms-rail"
A, B = (SLUG, "1f3a9c02"), (OTHER, "00c0ffee")
CITE, CITE_B = "@".join(A), "@".join(B)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def found(path, content, known=()):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return verify.cited(reports.text(path), known)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.html", f"<table><tr><td>Oil</td><td>{CITE}</td><td>{CITE_B}</td></tr></table>"),
        ("r.html", f"<p>Oil<br>{CITE}</p><p>{CITE_B}</p><p>more</p>"),
        ("r.html", f"<ul><li>{CITE}</li><li>{CITE_B}</li></ul>"),
        ("r.html", f"<p>if a < b see {CITE}, for c > d {CITE_B}</p>"),
        ("r.html", f"<code>fig-arms-<wbr>oil&shy;-cap@</code><b>1f3a9c02</b> and {CITE_B}"),
        ("r.html", f"<script>tbl-arms-oil-months@12345678</script>{CITE} {CITE_B}"),
        ("r.md", f"text\n\n---\n{CITE} tells\n-----\n{CITE_B}\n"),
        ("r.md", f"a | b\n--- | ---\n{CITE} | {CITE_B}\n"),
        ("r.md", f"{SLUG}\\@1f3a9c02 and {OTHER}&#64;00c0ffee"),
        ("r.md", "> see fig-arms-\n> oil-cap@1f3a9c02, tbl-arms-rail@\n> 00c0ffee"),
        ("r.txt", f"{CITE.capitalize()} begins a sentence; {CITE_B.upper()} is shouted"),
        ("r.txt", "\ufb01g-arms-oil\u2011cap@1f3a9c02 tbl-arms-rail@00c0\ufb00ee"),
        ("r.txt", f"an em dash\u2014{CITE}\u2014and an en dash\u2013{CITE_B}"),
        ("r.tex", f"a dash ---\n{CITE} and \\texttt{{tbl-arms-\\allowbreak{{}}rail\\@00c0ffee}}"),
        ("r.tex", "fig-arms-%\n  oil-\\hspace{0pt}cap@1f3a9c02 tbl{-}arms{-}rail@00c0ffee"),
    ],
)
def test_citations_are_found_however_they_are_set(tmp_path, name, content):
    assert found(tmp_path / name, content) == [A, B]


def docx(path, body, part="word/document.xml"):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(part, f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')


def run(text):
    return f"<w:r>{text}</w:r>"


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p>{run(f'<w:t>Oil</w:t><w:tab/><w:t>{CITE}</w:t><w:br/><w:t>{CITE_B}</w:t>')}</w:p>",
        f"<w:p>{run(f'<w:t>{CITE}</w:t>')}</w:p><w:p>{run(f'<w:t>{CITE_B}</w:t>')}</w:p>",
        f"<w:p>{run('<w:t>fig-arms-oil</w:t><w:noBreakHyphen/><w:t>cap@1f3a9c02</w:t>')}</w:p>"
        f"<w:p>{run('<w:t>tbl-arms-</w:t>')}{run('<w:t>rail@00c0ffee</w:t>')}</w:p>",
        f"<w:p>{run(f'<w:t>{CITE}</w:t>')}<w:r><w:pict><w:p><w:r><w:t>{CITE_B}</w:t></w:r></w:p></w:pict></w:r>"
        f"{run('<w:t>after</w:t>')}</w:p>",
    ],
)
def test_word_files_keep_what_parts_and_joins_words(tmp_path, body):
    docx(tmp_path / "r.docx", body)
    assert verify.cited(reports.text(tmp_path / "r.docx")) == [A, B]


@pytest.mark.parametrize("part", ["word/footnotes.xml", "word/header1.xml", "word/comments.xml"])
def test_notes_and_headers_of_word_files_are_read(tmp_path, part):
    docx(tmp_path / "r.docx", f"<w:p>{run(f'<w:t>{CITE}</w:t>')}</w:p>")
    with zipfile.ZipFile(tmp_path / "r.docx", "a") as packed:
        packed.writestr(part, f'<w:x xmlns:w="{WORD}"><w:p><w:r><w:t>{CITE_B}</w:t></w:r></w:p></w:x>')
    assert set(verify.cited(reports.text(tmp_path / "r.docx"))) == {A, B}


def test_an_id_broken_within_a_word_is_found_where_it_is_known(tmp_path):
    text = f"see fig-arms-oi\n  l-cap@1f3a9c02 and {CITE_B}, and tbl-arms-rail @ 00c0ffee alone"
    assert found(tmp_path / "r.txt", text) == [B]
    assert set(found(tmp_path / "r.txt", text, {SLUG, OTHER})) == {A, B}
    assert found(tmp_path / "r.txt", f"{OTHER}@00c0ffe e", {OTHER}) == [(OTHER, "00c0ffe")]


@pytest.fixture
def pdf(tmp_path):
    page = Figure()
    page.text(0.1, 0.8, f"As the collection shows ({CITE}).")
    page.savefig(tmp_path / "r.pdf")
    return tmp_path / "r.pdf"


def test_a_locked_or_damaged_pdf_is_told_and_not_passed(pdf, tmp_path, capsys):
    locked = pypdf.PdfWriter(clone_from=pdf)
    locked.encrypt("secret", algorithm="RC4-128")
    locked.write(tmp_path / "locked.pdf")
    raw = pdf.read_bytes()
    begin = raw.index(b"FlateDecode")
    begin = raw.index(b"stream", begin) + 30
    (tmp_path / "damaged.pdf").write_bytes(raw[:begin] + bytes(40) + raw[begin + 40 :])
    (tmp_path / "short.pdf").write_bytes(raw[: len(raw) // 3])
    for name in ("locked", "damaged", "short"):
        assert commands.main(["verify", str(tmp_path / f"{name}.pdf")]) == 1
        out, err = capsys.readouterr()
        assert "unchanged" not in out and "expected a PDF file that can be read" in err, name


@pytest.mark.parametrize("damage", ["truncated", "locked", "no document", "no xml"])
def test_a_damaged_word_file_is_one_sentence(tmp_path, damage):
    path = tmp_path / "r.docx"
    docx(path, f"<w:p>{run(f'<w:t>{CITE}</w:t>')}</w:p>")
    raw = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(raw[:-40])
    elif damage == "locked":  # the bit that says so, in both headers of the only part
        raw = bytearray(raw)
        raw[6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(raw)
    elif damage == "no document":
        docx(path, "", "word/styles.xml")
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("word/document.xml", "<w:p")
    with pytest.raises(CitationError, match="expected a DOCX file") as fault:
        reports.text(path)
    assert "\n" not in str(fault.value)


def test_a_reader_who_leaves_early_does_not_hide_a_changed_citation(tmp_path):
    (tmp_path / "r.md").write_text(
        f"{SLUG}@00000000 " * 3 + " ".join(f"fig-arms-x{n}@00000000" for n in range(3000))
    )
    code = "import sys; from helpers.__main__ import main; sys.exit(main(['verify', sys.argv[1]]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "r.md"], stdout=subprocess.PIPE, cwd=links.ROOT
    )
    process.stdout.read(1)
    process.stdout.close()
    assert process.wait() == 1


def test_a_citation_of_a_retired_id_leads_to_what_stands():
    said = {"fingerprint": "1f3a9c02", "from": "2026-01-01", "sentence": "Was.", "values": {}}
    entry = {"first": "2026-01-01", "successor": None, "history": [said]}
    known = {"fig-arms-a": {**entry, "successor": "fig-arms-b"}, "fig-arms-b": {**entry, "successor": SLUG}}
    assert verify.outcome("fig-arms-a", "1f3a9c02", {}, known).says == f"successor: {SLUG}"
    gone = verify.outcome(SLUG, "1f3a9c02", {}, {SLUG: entry})
    assert gone.status == "unknown" and "published on 2026-01-01, but no saved notebook shows it" in gone.says


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path):
    path = tmp_path / "register.json"
    register.save({}, tmp_path)
    with pytest.raises(CitationError, match="cannot be written"):
        files.write(path, "a lone surrogate \ud800")
    assert path.read_text() == "{}\n" and [p.name for p in tmp_path.iterdir()] == [path.name]
    with pytest.raises(CitationError, match="cannot be written"):
        files.write(tmp_path / "none" / "x", "text")
    files.write(path, b"raw")
    assert path.read_bytes() == b"raw"


def test_several_citations_are_one_list_or_one_library():
    about = cite.collection()
    records = [cite.find(SLUG), cite.find(OTHER)]

    text = cite.joined([cite.citation(r, "csl-json", about) for r in records], "csl-json")
    assert [item["id"] for item in json.loads(text)] == [r["cite"] for r in records]
    assert cite.joined(["a", "b"], "apa") == "a\n\nb"


def test_quotations_within_a_quotation_and_stops_are_set_as_the_styles_want():
    record = {**cite.find(SLUG), "sentence": "He said “no” twice."}
    about = cite.collection()
    assert "“He said ‘no’ twice.” Figure" in cite.citation(record, "chicago", about)
    assert "He said “no” twice [Figure" in cite.citation(record, "apa", about)
    assert f"(Version {about['version']})" in cite.citation(record, "apa", about, f"v{about['version']}")
