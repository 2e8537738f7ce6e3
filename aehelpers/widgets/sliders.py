"""The values of sliders that turn pages."""


def words_of(value):
    """Return the value of a slider as a text."""
    return value if isinstance(value, str) else f"{value:,}"


def check_state(state, values):
    """Raise ValueError unless a dict has, for the name of each slider, one of its values."""
    if set(state) != set(values):
        raise ValueError(f"the state names {sorted(state)}; expected {sorted(values)}")
    for name, value in state.items():
        if value not in values[name]:
            raise ValueError(f"{name} is {value!r}; expected one of {values[name]}")
