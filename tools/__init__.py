"""What the course is made and measured with; learners need none of it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
