"""What tests of several rooms need."""

from jupyter_client.manager import start_new_kernel
import pytest

PATIENCE = 600  # seconds for what takes a few: only a kernel that hangs needs them


@pytest.fixture
def kernel(tmp_path):
    manager, client = start_new_kernel(
        startup_timeout=PATIENCE, kernel_name="python3", cwd=tmp_path
    )
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
