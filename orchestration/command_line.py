"""What a command of the command line is: where it looks before it acts, and how it is listed."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable

import click

from orchestration import settings


class InOrder(click.Group):
    """Its commands stand in its help as they stand here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class Port(click.ParamType):
    """A port, as `settings.port` takes it."""

    name = "port"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return settings.port(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group(
    cls=InOrder,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    help="China's social-security statistics as releases: build and publish them, read them, judge what is printed.",
    epilog="`make` alone lists the targets that call these, and what else a person may type.",
)
@click.pass_context
def cli(context: click.Context) -> int:
    """Without a command, say which there are."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return 0


def command(*needs: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Make a function a command of its name; it is given the paths once `settings.places` has looked at its `needs`."""

    def registered(deed: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(deed)
        def act(**given: object) -> int:
            try:
                paths = settings.places(needs)
            except ValueError as error:
                print(error, file=sys.stderr)
                return 1
            return deed(paths, **given)

        cli.command(deed.__name__.replace("_", "-"))(act)
        return deed

    return registered
