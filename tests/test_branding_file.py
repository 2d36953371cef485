"""A branding file as it is read: errors that name key, value and remedy; logos that can do nothing; a file that changes."""

from __future__ import annotations

import logging
import struct
import zlib
from pathlib import Path

import pytest

from assistant.company.branding.loading import PLAIN, BrandingFile, latest_brand, read_brand
from assistant.company.branding.logo import MOST_BYTES
from assistant.company.branding.model import AllTexts
from assistant.errors import BadBranding
from assistant.languages import CODES, FOLDER
from assistant.settings import Settings

SHAPE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#135"/></svg>'


def png(width: int = 2, height: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x11\x33\x55" * 2) * 1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def written(folder: Path, text: str = "", **files: str | bytes) -> Path:
    """A branding file that holds a name and some lines more, with files beside it (`logo_svg` is logo.svg)."""
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path = folder / "branding.toml"
    path.write_text(text if text.startswith("name") else f'name = "ACME"\n{text}', encoding="utf-8")
    return path


def problems(folder: Path, text: str, **files: str | bytes) -> list[str]:
    with pytest.raises(BadBranding) as caught:
        read_brand(written(folder, text, **files))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colors.light.accent = '#123456'", '"colors" is no key here; did you mean "colours"?'),
        ("[handoff]\nemail = 'a@b.example'", '"handoff.email" is no key here; did you mean "mail"?'),
        ("[texts.de]\ngreting = 'Hallo'", '"texts.de.greting" is no key here; did you mean "greeting"?'),
        ("[texts.fr]\ngreeting = 'Bonjour'", '"texts.fr" is no key here; known are en, de'),
        ("[colours.light]\naccents = '#123456'", '"colours.light.accents" is no key here; did you mean "accent"?'),
        ("name = ''", '"name" is "", which is empty; write something, or leave the key out'),
        ("name = 7", '"name" is 7, which is no text; write it between quotation marks'),
        (f"name = '{'x' * 61}'", '"name" is "' + "x" * 61 + '", which is too long; at most 60 are allowed'),
        ('name = "A\\u202eB"', "which holds a line break or an invisible character; write it in one line"),
        ("privacy_link = 'http://acme.example'", 'which has the scheme "http"; give an address that begins with https://'),
        ("privacy_link = 'javascript:alert(1)'", 'which has the scheme "javascript"; give an address that begins'),
        ("privacy_link = 'https:///x'", "which names no host, or a user; give an address such as"),
        ("privacy_link = 'https://u:p@acme.example'", "which names no host, or a user"),
        ("[handoff]\nurl = 'data:text/html,{question}'", 'which has the scheme "data"; give an address that begins with https:// or mailto:'),
        ("[handoff]\nurl = 'https://{question}.example/'", "put it behind the host"),
        ("[handoff]\nurl = 'https://acme.example{question}'", "put it behind the host"),
        ("[handoff]\nurl = '{question}'", "which has the scheme"),
        ("[handoff]\nurl = 'mailto:{question}@acme.example'", "put it behind the host"),
        ("[handoff]\nurl = 'https://acme.example/?q={frage}'", "holds braces around something else than {question} and {policy}"),
        ("[handoff]\nmail = 'privacy at acme'", 'which is no mail address; write one such as privacy@acme.example'),
        ("[handoff]\nmail = 'a@b.example?bcc=x@y.example'", "which is no mail address"),
        ("[handoff]\nphone = 'call us'", "which is no telephone number; write one such as"),
        ("[handoff]\nchat = 'perhaps'", '"handoff.chat" is "perhaps", which is neither true nor false'),
        ("starters = 'is it sold?'", '"starters" is "is it sold?", which is no list; write [...]'),
        ("policy = []", '"policy" is'),
        ("colours = 'blue'", '"colours" is "blue", which is no table of keys'),
        ("[colours.light]\naccent = 'blue'", '"colours.light.accent" is "blue", which is no colour; write "#" and six'),
        ("[colours.light]\naccent = '#ffee88'", 'in "colours.light": "accent" #ffee88 has a contrast of'),
    ],
)  # fmt: skip
def test_an_error_names_the_key_the_value_and_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, text)
    assert any(said in each for each in found), found


def test_a_name_is_needed_and_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "branding.toml"
    path.write_text("logos = 'x'\n[handoff]\nphone = 'x'\n", encoding="utf-8")
    with pytest.raises(BadBranding) as caught:
        read_brand(path)
    assert len(caught.value.problems) == 3
    assert '"name" is missing; add it' in caught.value.problems


@pytest.mark.parametrize("content", [b"name = ", b"name = '\xff'", b"[[[", b"name = 'a'\nname = 'b'"])
def test_a_file_that_is_no_toml_says_where(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "branding.toml"
    path.write_bytes(content)
    with pytest.raises(BadBranding, match=r"is no TOML: .*; mend that place"):
        read_brand(path)


def test_a_file_that_is_not_there_or_too_large_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadBranding, match="no such file or directory; set PLAINCLAUSE_BRANDING to a file"):
        read_brand(tmp_path / "none.toml")
    path = tmp_path / "large.toml"
    path.write_text("#" * 100_001)
    with pytest.raises(BadBranding, match="has 100,001 bytes, at most 100,000 are read"):
        read_brand(path)


# --- the logo ----------------------------------------------------------------------------------------------------------


def test_a_logo_is_an_svg_or_a_png(tmp_path: Path) -> None:
    svg = read_brand(written(tmp_path, "logo = 'logo.svg'", logo_svg=SHAPE)).logo
    assert svg is not None
    assert (svg.content.decode(), svg.media, svg.ending) == (SHAPE, "image/svg+xml", "svg")
    picture = read_brand(written(tmp_path, "logo = 'logo.png'", logo_png=png())).logo
    assert picture is not None
    assert (picture.content, picture.media, picture.ending) == (png(), "image/png", "png")


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", 'the element "script"'),
        ('<path onload="alert(1)"/>', 'the handler "onload"'),
        ('<path OnClick="alert(1)"/>', 'the handler "onclick"'),
        ('<a href="https://evil.example"><path/></a>', 'the element "a"'),
        ('<use href="https://evil.example/x.svg#a"/>', '"href" to "https://evil.example/x.svg#a"'),
        ('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:alert(1)"/>', '"href" to "javascript:alert(1)"'),
        ('<image href="data:image/png;base64,AA"/>', 'the element "image"'),
        ("<foreignObject><p/></foreignObject>", 'the element "foreignObject"'),
        ('<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>', 'the element "script" of'),
        ('<set attributeName="href" to="javascript:alert(1)"/>', 'the element "set"'),
        ('<path style="fill:url(https://evil.example/x)"/>', 'a reference in "style"'),
        ('<path fill="url(//evil.example/x)"/>', 'a reference in "fill"'),
        ("<style>@import 'https://evil.example';</style>", "refers in its styles to something outside"),
        ("<style>path{fill:u\\72l(https://evil.example)}</style>", "refers in its styles"),
        ("<style>path{fill:url(https://evil.example)}</style>", "refers in its styles"),
        ("<?xml-stylesheet href='https://evil.example'?>", 'the instruction "xml-stylesheet"'),
        ("<path>", "is no SVG"),
    ],
)  # fmt: skip
def test_an_svg_that_could_do_or_load_anything_is_refused(tmp_path: Path, inside: str, said: str) -> None:
    svg = SHAPE.replace("</svg>", f"{inside}</svg>")
    [found] = problems(tmp_path, "logo = 'logo.svg'", logo_svg=svg)
    assert found.startswith('"logo" is "logo.svg", which ')
    assert said in found


@pytest.mark.parametrize(
    "svg",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        '<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
        '<path xmlns="http://www.w3.org/2000/svg"/>',
        "",
        "GIF89a",
    ],
)
def test_what_is_no_plain_svg_is_refused(tmp_path: Path, svg: str) -> None:
    assert problems(tmp_path, "logo = 'logo.svg'", logo_svg=svg)


def test_an_svg_in_another_encoding_is_looked_at_as_well(tmp_path: Path) -> None:
    hidden = SHAPE.replace("</svg>", "<script>alert(1)</script></svg>").encode("utf-16")
    assert "script" in problems(tmp_path, "logo = 'logo.svg'", logo_svg=hidden)[0]


def test_what_drawing_programs_write_is_taken(tmp_path: Path) -> None:
    drawn = (
        '<?xml version="1.0" encoding="UTF-8"?><!-- Inkscape --><svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"><sodipodi:namedview/>'
        '<defs><linearGradient id="a"><stop stop-color="#fff"/></linearGradient><style>.b{fill:url(#a)}</style></defs>'
        '<g><use href="#a"/><rect class="b" fill="url(#a)" width="9" height="9"/><text>ACME</text></g></svg>'
    )
    assert read_brand(written(tmp_path, "logo = 'logo.svg'", logo_svg=drawn)).logo


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("logo.png", png(5000, 1), "is 5000 by 1 pixels, at most 4096 a side"),
        ("logo.png", png()[:40], "is a PNG that is cut off"),
        ("logo.svg", SHAPE + " " * MOST_BYTES, f"has {len(SHAPE) + MOST_BYTES:,} bytes, at most {MOST_BYTES:,}"),
        ("logo.gif", "GIF89a", "is neither an SVG nor a PNG"),
        ("none.svg", None, "cannot be read: no such file"),
        ("../secret.svg", None, "is not the name of a file beside the branding file"),
        ("/etc/passwd", None, "is not the name of a file beside the branding file"),
        (".hidden.svg", None, "is not the name of a file beside the branding file"),
    ],
)
def test_a_logo_is_small_whole_and_beside_the_file(
    tmp_path: Path, name: str, content: str | bytes | None, said: str
) -> None:
    files = {} if content is None else {name.replace(".", "_"): content}
    [found] = problems(tmp_path, f"logo = '{name}'", **files)
    assert said in found


def test_a_logo_is_no_link_to_a_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.svg").write_text(SHAPE)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "logo.svg").symlink_to(tmp_path / "elsewhere" / "x.svg")
    [found] = problems(tmp_path / "here", "logo = 'logo.svg'")
    assert "is not the name of a file beside the branding file" in found


# --- words in two languages --------------------------------------------------------------------------------------------


def test_the_languages_of_a_branding_file_are_those_of_the_program() -> None:
    assert tuple(AllTexts.model_fields) == CODES
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(CODES)


def test_what_must_be_said_is_said_in_another_language_and_a_greeting_is_not(tmp_path: Path) -> None:
    texts = "[texts.de]\ngreeting = 'Guten Tag'\nconsent = 'Wir speichern nichts.'\n"
    found = read_brand(written(tmp_path, texts)).branding
    assert (found.own("greeting", "de"), found.own("greeting", "en")) == ("Guten Tag", None)
    assert found.any("consent", "en") == ("Wir speichern nichts.", "de")
    both = read_brand(written(tmp_path, texts + "[texts.en]\nconsent = 'We keep nothing.'\n")).branding
    assert both.any("consent", "en") == ("We keep nothing.", "en")
    assert both.any("contact", "en") is None


# --- a file that changes -----------------------------------------------------------------------------------------------


def test_a_change_is_taken_up_and_its_version_is_another(tmp_path: Path) -> None:
    brand = BrandingFile(written(tmp_path, "logo = 'logo.svg'", logo_svg=SHAPE))
    first = brand()
    assert not brand.renew()
    written(tmp_path, "name = 'Other'\nlogo = 'logo.svg'")
    assert brand.renew()
    assert (first.name, brand().name) == ("ACME", "Other")
    assert len({first.version, brand().version}) == 2
    second = brand().version
    (tmp_path / "logo.svg").write_text(SHAPE.replace("#135", "#246"))
    assert brand.renew()
    assert brand().version != second
    assert not brand.renew()


def test_a_broken_file_keeps_the_last_good_one_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path)
    brand = BrandingFile(path)
    written(tmp_path, "name = 'Other'\ncolour = 'blue'")
    with caplog.at_level(logging.WARNING):
        assert not brand.renew()
        assert not brand.renew()
    assert brand().name == "ACME"
    [said] = caplog.messages
    assert "the last good one stays in use" in said
    assert 'did you mean "colours"?' in said
    path.unlink()
    assert not brand.renew()
    assert brand().name == "ACME"
    written(tmp_path, "name = 'Mended'")
    assert brand.renew()
    assert brand().name == "Mended"


def test_the_file_is_watched(tmp_path: Path) -> None:
    brand = BrandingFile(written(tmp_path))
    brand.watch(0.01)
    written(tmp_path, "name = 'Other'")
    for _ in range(1000):
        if brand().name == "Other":
            break
        brand._ended.wait(0.01)
    brand.end()
    assert brand().name == "Other"


def test_without_a_file_the_program_has_its_own_name_and_one_that_is_wrong_is_no_start(tmp_path: Path) -> None:
    own = latest_brand(Settings(data=tmp_path))
    assert own() is PLAIN
    own.end()
    assert PLAIN.is_plain
    with pytest.raises(BadBranding):
        latest_brand(Settings(data=tmp_path, branding=tmp_path / "none.toml"))


def test_a_file_that_may_lack_is_taken_up_when_it_is_made_and_forgotten_when_it_goes(tmp_path: Path) -> None:
    brand = BrandingFile(tmp_path / "branding.toml", may_lack=True)
    assert brand() is PLAIN
    assert not brand.renew()
    path = written(tmp_path, 'name = "ACME"')
    assert brand.renew()
    assert brand().name == "ACME"
    path.write_text("name = ")
    assert not brand.renew()
    assert brand().name == "ACME"
    path.unlink()
    assert brand.renew()
    assert brand() is PLAIN
