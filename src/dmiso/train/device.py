"""Where a run is computed: a device is chosen, torch's own state is set and restored."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from dmiso.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    import torch

    from dmiso.settings.training import TrainSettings

__all__ = ["autocast", "resolve_device", "torch_state"]


def resolve_device(settings: TrainSettings) -> torch.device:
    """Return the device to train on.

    Raises
    ------
    UsageError
        If a GPU is asked for, by name or by ``mixed_precision``, and there is none.
    """
    import torch

    gpu = torch.cuda.is_available()
    if settings.device == "cuda" and not gpu:
        raise UsageError(
            "device cuda: torch finds no GPU here. Use --device cpu, or install a CUDA build of torch."
        )
    name = "cuda" if gpu and settings.device != "cpu" else "cpu"
    if settings.mixed_precision and name == "cpu":
        raise UsageError("mixed_precision works on a GPU only, and torch finds none here: drop it.")
    return torch.device(name)


def autocast(settings: TrainSettings, device: torch.device) -> AbstractContextManager[object]:
    """Return a context of bfloat16 arithmetic where the settings ask for it."""
    import torch

    return torch.autocast(device.type, torch.bfloat16) if settings.mixed_precision else nullcontext()


@contextmanager
def torch_state(settings: TrainSettings, device: torch.device) -> Iterator[None]:
    """Set torch's threads, generators and GPU choices as the run needs them, and restore them after."""
    import torch

    threads = torch.get_num_threads()
    gpu = [torch.cuda.current_device()] if device.type == "cuda" else []
    steady = (
        torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True)
        if gpu
        else nullcontext()
    )
    torch.set_num_threads(settings.threads)
    try:
        with torch.random.fork_rng(gpu), steady:
            yield
    finally:
        torch.set_num_threads(threads)
