"""Every setting is documented, and nothing reads the environment past the list of settings."""

import ast
import re
from pathlib import Path

from etmaal.config.environment import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "etmaal"
READS = SOURCE / "config" / "environment.py"
NAMES_THE_SETTINGS = SOURCE / "cli" / "record.py"  # sets DJANGO_SETTINGS_MODULE, and reads nothing
ASKING = re.compile(r"""(?:given|env|yes_or_no|zone)\(\s*["'](\w+)["']""")


def uses_of_the_environment(text: str) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    ]


def test_the_environment_is_read_in_one_place() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): uses_of_the_environment(path.read_text())
        for path in sorted(SOURCE.rglob("*.py"))
        if path not in (READS, NAMES_THE_SETTINGS)
    }

    assert {path: uses for path, uses in found.items() if uses} == {}
    assert uses_of_the_environment(READS.read_text())  # the search finds what there is
    assert "os.environ.setdefault('DJANGO_SETTINGS_MODULE'" in ast.unparse(
        ast.parse(NAMES_THE_SETTINGS.read_text())
    )


def test_every_setting_is_asked_for_and_documented() -> None:
    names = {setting.name for setting in SETTINGS}
    text = "\n".join(path.read_text() for path in SOURCE.rglob("*.py"))
    asked = set(ASKING.findall(text)) | set(re.findall(r'KEY = "(ETMAAL_KEY)"', text))
    page = (ROOT / "docs" / "settings.md").read_text()
    sample = (ROOT / "dotenv-sample").read_text()

    assert {"ETMAAL_HOME", *asked} == {"ETMAAL_HOME", *names}
    assert [name for name in names if f"`{name}`" not in page] == []
    assert set(re.findall(r"^#?(\w+)=", sample, re.MULTILINE)) == names


def test_the_sample_holds_no_secret() -> None:
    sample = (ROOT / "dotenv-sample").read_text()

    for setting in SETTINGS:
        if setting.secret:
            assert f"\n#{setting.name}=\n" in sample
