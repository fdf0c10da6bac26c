"""How every program takes its settings: one TOML file, overridden by the environment."""

from configuration.durable import write_durably
from configuration.errors import ConfigError
from configuration.folders import make_folder
from configuration.toml_file import TomlSettings, load_file, load_settings

__all__ = [
    "ConfigError",
    "TomlSettings",
    "load_file",
    "load_settings",
    "make_folder",
    "write_durably",
]
