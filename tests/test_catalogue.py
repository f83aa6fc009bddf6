"""What archives and search engines are told of the collection is true, complete and well formed."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import catalogue, cite, findings, links, register, tables
from helpers.errors import CitationError, NotebookError

TOOLS = Path(os.environ.get("TOOLS", links.ROOT / ".venv-tools" / "bin"))
VERSION = f"version: {cite.collection()['version']}"
NOTEBOOK = "arms_flows/05_what_came_back.ipynb"
CC_BY, BSD = "https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/BSD-3-Clause"
SITE = "https://example.org/pact"


@pytest.fixture
def copy(tmp_path):
    """A copy of the checkout that a test may break."""
    root = tmp_path / "copy"
    for name in ("data", "notebooks", "src"):
        shutil.copytree(links.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("README.md", "CITATION.cff", "LICENSE", "pyproject.toml", catalogue.METADATA):
        shutil.copy2(links.ROOT / name, root / name)
    # As before it was published, so that the owner's own address does not change what is tested.
    for name, pattern, new in (
        ("README.md", r"(/v2/gh/)[\w.-]+/[\w.-]+/", r"\1OWNER/REPOSITORY/"),
        ("CITATION.cff", r"(?m)^doi:.*\n", ""),
    ):
        text = (root / name).read_text(encoding="utf-8")
        (root / name).write_text(re.sub(pattern, new, text), encoding="utf-8")
    catalogue.refresh(root)
    return root


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def publish(root):
    """Give a copy the addresses that nobody knows before the collection is published."""
    replace(root / "README.md", "OWNER/REPOSITORY/main", "someone/pact/main")
    replace(root / "CITATION.cff", "type: dataset\n", "type: dataset\ndoi: 10.5281/zenodo.1234567\n")
    catalogue.refresh(root)


def entities(document):
    return {entity["@id"]: entity for entity in document["@graph"]}


def tool(*command, text=None, home=None):
    env = os.environ | ({"HOME": str(home)} if home else {})
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=env)
    assert "Traceback" not in run.stderr, run.stderr
    return run


# The validator reads terms by the context of RO-Crate, which stands on the web; its cache is given one that
# is made of the terms of schema.org that rdflib knows. RO-Crate 1.1 is older than sha256.
CONTEXT = """
import io, json, sys
from rdflib import SDO
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse
terms = {name: f"http://schema.org/{name}" for name in SDO.__annotations__ if name != "sha256"}
terms |= {"File": "http://schema.org/MediaObject", "conformsTo": "http://purl.org/dc/terms/conformsTo"}
class Shelf(HTTPAdapter):
    def send(self, request, **_):
        body = io.BytesIO(json.dumps({"@context": terms}).encode())
        kind = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(body, kind, 200, preload_content=False))
session = CachedSession(sys.argv[1], backend="sqlite", expire_after=-1)
session.mount("https://w3id.org/", Shelf())
session.get("https://w3id.org/ro/crate/1.1/context")
"""


@pytest.fixture
def faults(tmp_path):
    """What the validator of RO-Crate finds, required or recommended, without network."""
    home, cache, told = tmp_path / "home", tmp_path / "cache", tmp_path / "told.json"
    home.mkdir()
    tool(TOOLS / "python", "-c", CONTEXT, cache)

    def found(root):
        options = "-p ro-crate-1.1 --no-auto-profile -l recommended --offline -v --no-paging -f json"
        where = ("--cache-path", cache, "-o", told, root)
        run = tool(TOOLS / "rocrate-validator", "validate", *options.split(), *where, home=home)
        answer = json.loads(told.read_text(encoding="utf-8"))
        assert "not available in the HTTP cache" not in run.stdout + run.stderr  # else little is checked
        assert answer["skipped_checks"] == 0 and answer["passed"] == (run.returncode == 0)
        assert list(home.iterdir()) == []
        return [(issue["severity"], issue["message"]) for issue in answer["issues"]]

    return found


def test_the_metadata_are_up_to_date():
    assert catalogue.problems() == []  # else: make data


def test_what_is_published_passes_every_check_of_ro_crate(copy, faults):
    publish(copy)
    assert faults(copy) == []


def test_before_the_address_is_known_only_the_address_is_missing(copy, faults):
    assert faults(copy) == [("RECOMMENDED", "The organization SHOULD have a URL.")]


def test_the_validator_is_no_rubber_stamp(copy, faults):
    crate = catalogue.crate(copy)
    entity = entities(crate)
    del entity["./"]["license"], entity["data/trade.csv"]["encodingFormat"]
    entity["data/visits.csv"]["no_term"] = "x"
    (copy / "data" / "launches.csv").unlink()
    (copy / catalogue.METADATA).write_text(json.dumps(crate), encoding="utf-8")
    text = "\n".join(f"{severity} {message}" for severity, message in faults(copy))
    for part in ("license", "encodingFormat", "no_term", "launches.csv"):
        assert part in text, (part, text)
    assert "REQUIRED" in text and "RECOMMENDED" in text


def test_sizes_checksums_and_rows_are_those_of_the_files():
    listed = entities(catalogue.crate())
    downloads = {d["contentUrl"]: d for d in catalogue.dataset()["distribution"]}
    paths = [p for p in tables.DATA.iterdir() if p.suffix in (".csv", ".geojson")]
    assert {f"data/{p.name}" for p in paths} == set(downloads)
    for path in paths:
        raw = path.read_bytes()
        for told in (listed[f"data/{path.name}"], downloads[f"data/{path.name}"]):
            assert told["contentSize"] == str(len(raw))
            assert told["sha256"] == hashlib.sha256(raw).hexdigest()
            if path.suffix == ".csv":
                with path.open(encoding="utf-8", newline="") as file:
                    assert told["size"] == f"{len(list(csv.DictReader(file)))} rows"


def test_every_part_is_there_and_every_notebook_is_a_part():
    listed = entities(catalogue.crate())
    parts = {part["@id"] for part in listed["./"]["hasPart"]}
    assert [part for part in parts if not (links.ROOT / part).exists()] == []
    names = {p.relative_to(links.ROOT).as_posix() for p in findings.notebooks()}
    assert {part for part in parts if part.endswith(".ipynb")} == names
    readme = (links.ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"]({name})" in readme for name in names)
    said = listed[f"notebooks/{NOTEBOOK}"]
    assert said["name"] == "What came back, and how far from even the exchange is"
    assert said["description"].startswith("What did Russia deliver or pay to the DPRK")


def test_the_licences_are_those_of_the_readme():
    listed = entities(catalogue.crate())
    readme = (links.ROOT / "README.md").read_text(encoding="utf-8").partition("## Licence")[2]
    assert "Code: [BSD-3-Clause]" in readme and f"Data, text and figures: [CC BY 4.0]({CC_BY})" in readme
    assert "Natural Earth's, in the public domain" in readme
    assert listed["./"]["license"] == {"@id": CC_BY} and listed["src/helpers/"]["license"] == {"@id": BSD}
    assert listed[f"notebooks/{NOTEBOOK}"]["license"] == [{"@id": CC_BY}, {"@id": BSD}]
    shore = listed["data/coastline.geojson"]["license"]["@id"]
    assert "Public domain" in listed[shore]["description"]
    assert "license" not in listed["data/launches.csv"]  # it has that of the whole


def test_running_a_notebook_again_leaves_the_metadata_as_they_are(copy):
    path = copy / "notebooks" / NOTEBOOK
    saved = json.loads(path.read_text(encoding="utf-8"))
    for cell in saved["cells"]:
        cell.update({"outputs": []} if cell["cell_type"] == "code" else {})
    path.write_text(json.dumps(saved), encoding="utf-8")
    assert catalogue.problems(copy) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("CITATION.cff", VERSION, "version: 9.8.7"),
        ("CITATION.cff", "- evidence", "- proof"),
        ("README.md", "OWNER/REPOSITORY/main", "someone/pact/main"),
        (f"notebooks/{NOTEBOOK}", "**Question.** What did", "**Question.** Say what did"),
        ("data/datapackage.json", '"title": "Trade"', '"title": "Commerce"'),
        ("data/datapackage.json", '"since": "2012-01-01"', '"since": "2013-01-01"'),
    ],
)
def test_a_changed_fact_is_found_and_one_command_renews_it(copy, name, old, new):
    replace(copy / name, old, new)
    (fault,) = catalogue.problems(copy)
    assert fault == f"{copy / catalogue.METADATA}: expected what the files now say, `make data` renews it"
    catalogue.refresh(copy)
    assert catalogue.problems(copy) == []


def command(root, *args):
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(root / "src"), os.environ["PYTHONPATH"]])}
    run = [sys.executable, "-m", "helpers", *args]
    return subprocess.run(run, cwd=root, capture_output=True, text=True, check=False, env=env)


def test_a_changed_table_is_found_until_the_data_are_renewed(copy):
    replace(copy / "data" / "launches.csv", "2022", "2021")
    (fault,) = catalogue.problems(copy)
    assert "launches.csv: expected the checksum in datapackage.json, `make data` renews it" in fault
    with pytest.raises(CitationError, match=r"launches\.csv: expected the checksum"):
        catalogue.dataset(copy)
    before = (copy / catalogue.METADATA).read_bytes()
    with pytest.raises(CitationError):
        catalogue.refresh(copy)
    assert (copy / catalogue.METADATA).read_bytes() == before


def test_the_commands_find_stale_metadata_and_renew_them(copy):
    replace(copy / "CITATION.cff", VERSION, "version: 9.8.7")
    run = command(copy, "check")
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout == f"{catalogue.METADATA}: expected what the files now say, `make data` renews it\n"
    run = command(copy, "data")
    assert run.returncode == 0 and f"{catalogue.METADATA} is up to date" in run.stdout
    assert entities(json.loads((copy / catalogue.METADATA).read_text()))["./"]["version"] == "9.8.7"
    assert command(copy, "check").stdout == "data: all tables hold\n"


def test_what_is_missing_is_one_clear_sentence(copy):
    shutil.move(copy / "data" / "trade.csv", copy / "trade.csv")
    assert catalogue.problems(copy) == [f"{copy}/data/trade.csv: expected a file, found none"]
    with pytest.raises(CitationError, match=r"trade\.csv: expected a file"):
        catalogue.dataset(copy)
    shutil.move(copy / "trade.csv", copy / "data" / "trade.csv")
    (copy / "LICENSE").unlink()
    assert catalogue.problems(copy) == [f"{copy}/LICENSE: expected a file, found none"]
    with pytest.raises(NotebookError, match="expected a notebook"):
        catalogue.article("arms_flows/none.ipynb", copy)
    replace(copy / "notebooks" / NOTEBOOK, "**Question.**", "**Query.**")
    with pytest.raises(NotebookError, match="expected a heading and a question"):
        catalogue.article(NOTEBOOK, copy)
    for address in ("example.org", "ftp://example.org", "https://a b", "https://a/?x"):
        with pytest.raises(CitationError, match="expected an address https"):
            catalogue.dataset(copy, address)


# Triples by a parser not written here; terms by the list of schema.org that it ships.
TRIPLES = """
import json, sys
from rdflib import DCTERMS, RDF, SDO, Graph
told = []
for document in json.load(sys.stdin):
    file = {"File": str(SDO.MediaObject), "conformsTo": str(DCTERMS.conformsTo)}
    document["@context"] = {"@vocab": str(SDO)} | (file if "@graph" in document else {})
    graph = Graph().parse(data=json.dumps(document), format="json-ld", publicID="https://example.org/here/")
    used = set(graph.predicates()) | set(graph.objects(None, RDF.type))
    unknown = sorted(str(t) for t in used - {RDF.type, DCTERMS.conformsTo} if t not in SDO)
    told.append({"unknown": unknown, "triples": [[str(x) for x in triple] for triple in graph]})
json.dump(told, sys.stdout)
"""


def triples(*documents):
    return json.loads(tool(TOOLS / "python", "-c", TRIPLES, text=json.dumps(documents)).stdout)


def values(told, name):
    return [o for _, p, o in told["triples"] if p == f"https://schema.org/{name}"]


def test_every_term_is_one_of_schema_org():
    pages = [p.relative_to(findings.NOTEBOOKS).as_posix() for p in findings.notebooks()]
    articles = [catalogue.article(page, address=SITE) for page in pages]
    wrong = catalogue.dataset() | {"no_term": "x", "author": {"@type": "NoType"}}
    wholes = [catalogue.crate(), catalogue.dataset(), catalogue.dataset(address=SITE)]
    *told, bad = triples(*wholes, *articles, wrong)
    assert [one["unknown"] for one in told] == [[]] * len(told)
    assert bad["unknown"] == ["https://schema.org/NoType", "https://schema.org/no_term"]


def test_a_search_engine_reads_what_it_needs():
    document = catalogue.dataset(address=SITE)
    (told,) = triples(document)
    whole = {p.rpartition("/")[2]: o for s, p, o in told["triples"] if s == f"{SITE}/"}
    about = cite.collection()
    assert (whole["name"], whole["version"], whole["license"]) == (about["title"], about["version"], CC_BY)
    assert whole["dateModified"] >= whole["datePublished"] == about["released"]
    assert about["authors"] in values(told, "name") and "Ukraine" in values(told, "name")
    assert "arms transfers" in whole["keywords"] and len(whole["description"]) > 50
    first, _, last = whole["temporalCoverage"].partition("/")
    assert first == tables.load("trade")["start"].min().date().isoformat() and first < last
    assert len(values(told, "variableMeasured")) == tables.load("estimates")["series"].nunique()
    resources = tables.package()["resources"]
    assert len(values(told, "distribution")) == len(resources) > 40
    assert sorted(values(told, "contentUrl")) == sorted(f"{SITE}/data/{r['path']}" for r in resources)
    assert set(values(told, "encodingFormat")) == {"text/csv", "application/geo+json"}


def test_without_an_address_all_links_are_relative_and_nothing_is_a_placeholder(copy):
    text = json.dumps([catalogue.crate(copy), catalogue.dataset(copy), catalogue.article(NOTEBOOK, copy)])
    assert "OWNER" not in text and "github.com" not in text and "None" not in text
    assert catalogue.dataset(copy)["distribution"][0]["contentUrl"] == "data/sources.csv"
    assert catalogue.article(NOTEBOOK, copy)["isPartOf"]["url"] == "../"
    assert catalogue.article("00_start_here.ipynb", copy)["isPartOf"]["url"] == "./"


def test_a_published_collection_tells_its_addresses(copy):
    publish(copy)
    whole = entities(catalogue.crate(copy))["./"]
    assert whole["url"] == catalogue.dataset(copy)["url"] == "https://github.com/someone/pact"
    assert whole["identifier"] == "https://doi.org/10.5281/zenodo.1234567"
    assert catalogue.dataset(copy, f"{SITE}/")["url"] == f"{SITE}/"


def test_a_notebook_tells_its_question_and_its_findings():
    told = catalogue.article(NOTEBOOK, address=SITE)
    assert told["url"] == f"{SITE}/arms_flows/05_what_came_back.html"
    assert told["license"] == CC_BY and told["version"] == cite.collection()["version"]
    assert told["isPartOf"]["url"] == f"{SITE}/" and told["description"].startswith("What did Russia")
    claims = {claim["identifier"]: claim for claim in told["hasPart"]}
    assert list(claims) == [f["cite"] for f in findings.listing() if f["notebook"] == NOTEBOOK]
    found = cite.find("fig-arms-oil-cap")
    claim = claims[found["cite"]]
    assert claim["@id"] == f"{SITE}/{links.page(NOTEBOOK, 'fig-arms-oil-cap')}"
    assert claim["text"] == found["sentence"] and found["not_shown"] in claim["description"]


def test_a_notebook_was_modified_when_its_newest_finding_was_first_seen(copy):
    known = register.load(copy / "notebooks")
    known["fig-arms-oil-cap"]["history"][-1]["from"] = "2031-05-06"
    register.save(known, copy / "notebooks")
    assert catalogue.article(NOTEBOOK, copy)["dateModified"] == "2031-05-06"
    assert catalogue.article("00_start_here.ipynb", copy)["dateModified"] < "2031"


def test_a_copy_names_only_what_it_has(tmp_path):
    (tmp_path / "data").mkdir()
    shutil.copy(tables.DATA / "trade.csv", tmp_path / "data")
    told = entities(catalogue.within(catalogue.crate(), tmp_path))
    assert [part["@id"] for part in told["./"]["hasPart"]] == ["data/trade.csv"]
    assert "data/trade.csv" in told and "data/visits.csv" not in told and "src/helpers/" not in told
