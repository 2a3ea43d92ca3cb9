"""Every fault of the settings is told, all at once, in plain words."""

import re
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from rewards.core.environment import Environment, SettingsError
from rewards.core.settings import SECRETS, Settings, read_settings
from rewards.processes.defaults import with_defaults
from rewards.processes.serving import Serving, read_serving

ROOT = Path(__file__).parents[2]
SECRET = "k" * 32
# The same in every run: it stands in the names of tests.
DATA_KEY = urlsafe_b64encode(b"k" * 32).decode()
GOOD = {
    "DATABASE_URL": "postgresql://rewards:secret@db.example/rewards",
    "SECRET_KEY": SECRET,
    "DATA_KEY": DATA_KEY,
}

FAULTS = [
    ("DATABASE_URL", "", "DATABASE_URL is not set."),
    ("DATABASE_URL", "postgres://u@h/n", "write postgresql:// instead."),
    ("DATABASE_URL", "mysql://u@h/n", "sqlite://, postgresql://, postgresql+psycopg://."),
    ("DATABASE_URL", "postgresql+psycopg2://u@h/n", "which is not supported"),
    ("DATABASE_URL", "rewards.db", "is not a database URL"),
    ("DATABASE_URL", "postgresql://u:p@h:port/n", "is not a database URL"),
    ("DATABASE_URL", "postgresql://db.example", "does not name a database."),
    ("DATABASE_URL", "sqlite://", "does not name a database."),
    ("MIGRATION_DATABASE_URL", "sqlite:////a/b", "must be of PostgreSQL"),
    ("MIGRATION_DATABASE_URL", "postgresql://o@db/other", "must name the database of DATABASE_URL"),
    ("REDIS_URL", "http://h", "must begin with redis://, rediss:// (with TLS) or unix://"),
    ("REDIS_URL", "redis://", "must be like redis://HOST:6379/0"),
    ("REDIS_URL", "unix://", "must be like redis://HOST:6379/0 or unix:///PATH/TO/SOCKET."),
    ("REDIS_URL", "redis://h:port", "is not a URL"),
    ("REDIS_URL", "redis+cluster://", "must be like redis+cluster://HOST:6379,HOST:6379"),
    ("REDIS_URL", "redis+cluster://h:7000,h:x", "must be like redis+cluster://HOST:6379"),
    ("SECRET_KEY", "", "SECRET_KEY is not set. Every host"),
    ("SECRET_KEY", "k" * 31, "SECRET_KEY must be at least 32 characters long."),
    ("DATA_KEY", "", "DATA_KEY is not set. Every host"),
    ("DATA_KEY", f"{DATA_KEY},short", "must be one or more keys separated by commas"),
    ("DATABASE_URL", "sqlite:///here.db", "write sqlite:////FOLDER/FILE."),
    ("PUBLIC_URL", "points.example", "must be an address like https://HOST"),
    ("PUBLIC_URL", "https://points.example/prefix", "with nothing behind the host but a port"),
    ("PUBLIC_URL", "https://points.example?x=1", "with nothing behind the host but a port"),
    ("PUBLIC_URL", "https://u:p@points.example", "with nothing behind the host but a port"),
    ("PUBLIC_URL", "https://a b.example", "with nothing behind the host but a port"),
    ("STREAMS_URL", "ws://h", "must be an address like http://HOST or https://HOST."),
    ("STREAMS_URL", ":x", "must be an address like https://HOST, or :PORT."),
    ("STREAMS_URL", ":65536", "must be from 1 to 65535, not 65536."),
    ("WECHAT_APP_ID", "wx 1", "must be the number of an official account"),
    ("WECHAT_APP_ID", "wx0123456789abcdef", "needs PUBLIC_URL with https://"),
    ("WECHAT_API_URL", "api.weixin.qq.com", "must be an address like http://HOST or https://HOST."),
    ("TIME_ZONE", "Mars/Olympus", "must be the name of a time zone"),
    ("TIME_ZONE", "../etc", "must be the name of a time zone"),
    ("DEMO_MODE", "yes", "DEMO_MODE must be true or false, not 'yes'."),
    ("DEMO_MODE", "True", "DEMO_MODE must be true or false, not 'True'."),
    ("LOG_LEVEL", "loud", "LOG_LEVEL must be DEBUG or INFO or WARNING or ERROR, not 'loud'."),
    ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES must be a whole number."),
    ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be from 0 to 8, not -1."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), FAULTS)
def test_a_wrong_setting_is_named_with_what_it_must_be(name, value, sentence):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**GOOD, name: value})

    assert str(refused.value).startswith(name)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"TIME_ZONE": "Mars", "DEMO_MODE": "1", "REDIS_URL": "x"})

    message = str(refused.value)
    assert all(name in message for name in ("DATABASE_URL", "TIME_ZONE", "DEMO_MODE", "REDIS_URL"))
    assert "SECRET_KEY and DATA_KEY are not set. Every host that shares a database" in message


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_password_is_never_repeated(name):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**GOOD, name: "wrong://user:hush@host:port/name"})

    assert "hush" not in str(refused.value)


def test_good_settings_are_read():
    settings = Settings.from_env(
        {
            **GOOD,
            "DATA_KEY": f"{DATA_KEY}, {DATA_KEY}",
            "REDIS_URL": "unix:///run/redis.sock",
            "PUBLIC_URL": "https://points.example/",
            "STREAMS_URL": ":8001",
            "DEMO_MODE": "true",
            "TRUSTED_PROXIES": "1",
        }
    )

    assert settings.data_keys == (DATA_KEY, DATA_KEY)
    assert settings.public_url == "https://points.example"
    assert settings.streams_url == ":8001"
    assert settings.secure_cookies
    assert settings.demo_mode
    assert settings.trusted_proxies == 1
    assert str(settings.zone) == "Asia/Shanghai"


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")

    settings = Settings.from_env({**GOOD, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)})

    assert settings.secret_key == SECRET


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**GOOD, "SECRET_KEY_FILE": str(tmp_path / "none")})

    assert "none: No such file or directory." in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "PORT must be a whole number."),
        ("PORT", "0", "PORT must be from 1 to 65534, not 0."),
        ("PORT", "65535", "PORT must be from 1 to 65534, not 65535."),
        ("WEB_WORKERS", "0", "WEB_WORKERS must be from 1 to 64, not 0."),
    ],
)
def test_a_wrong_setting_of_the_servers_is_named(name, value, sentence):
    with pytest.raises(SettingsError) as refused:
        Serving.from_env({name: value})

    assert str(refused.value) == sentence


def test_an_official_account_needs_its_secret_and_tells_it_to_nobody():
    environ = {**GOOD, "PUBLIC_URL": "https://points.example", "WECHAT_APP_ID": "wx01"}

    with pytest.raises(SettingsError, match="WECHAT_APP_SECRET is not set"):
        Settings.from_env(environ)
    settings = Settings.from_env({**environ, "WECHAT_APP_SECRET": "hush"})

    assert settings.wechat.secret == "hush"
    assert "hush" not in repr(settings)
    assert Settings.from_env(GOOD).wechat is None


def test_the_example_lists_every_variable_and_no_other():
    settings, serving = Environment(GOOD, secrets=SECRETS), Environment({})
    read_settings(settings)
    read_serving(serving)

    listed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(settings.names | serving.names)


def test_each_variable_of_the_example_has_a_sentence():
    blocks = (ROOT / ".env.example").read_text().strip().split("\n\n")[1:]

    for block in blocks:
        *sentence, variable = block.splitlines()
        assert re.match(r"^[A-Z_]+=", variable)
        assert sentence
        assert sentence[-1].endswith(".")
        assert all(line.startswith("# ") for line in sentence)


def test_without_a_database_url_the_service_keeps_a_file_and_secrets_of_its_own(tmp_path):
    folder = tmp_path / "instance"

    first = with_defaults({"INSTANCE_PATH": str(folder)})
    second = with_defaults({"INSTANCE_PATH": str(folder)})

    assert first == second
    Settings.from_env(first)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in sorted(folder.iterdir())] == ["data_key", "secret_key"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_with_a_database_url_no_secret_is_made_up(tmp_path):
    environ = {"INSTANCE_PATH": str(tmp_path / "instance"), "DATABASE_URL": GOOD["DATABASE_URL"]}

    with pytest.raises(SettingsError, match="not made up"):
        Settings.from_env(with_defaults(environ))

    assert not (tmp_path / "instance").exists()


def test_a_lost_data_key_is_not_replaced(tmp_path):
    with_defaults({"INSTANCE_PATH": str(tmp_path)})
    (tmp_path / "rewards.db").touch()
    (tmp_path / "data_key").unlink()

    with pytest.raises(SettingsError, match="put it back from a backup"):
        with_defaults({"INSTANCE_PATH": str(tmp_path)})


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="name another one with INSTANCE_PATH"):
        with_defaults({"INSTANCE_PATH": str(tmp_path / "file" / "instance")})


def test_wrong_settings_end_a_command_with_one_message_and_no_traceback(run_flask):
    answer = run_flask("routes", DATABASE_URL="postgres://u@h/n")

    assert answer.returncode == 3
    assert "write postgresql:// instead" in answer.stderr
    assert "SECRET_KEY and DATA_KEY are not set" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_wrong_settings_end_gunicorn_with_one_message(run_python):
    arguments = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", "127.0.0.1:0", "wsgi:app"]

    answer = run_python(*arguments, DEMO_MODE="maybe")

    assert answer.returncode == 3
    assert answer.stderr.count("DEMO_MODE must be true or false") == 1
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("address", ["https://points.example", "HTTPS://POINTS.EXAMPLE:8443/"])
def test_an_address_with_tls_makes_cookies_secure_in_any_spelling(address):
    assert Settings.from_env(GOOD | {"PUBLIC_URL": address}).secure_cookies
