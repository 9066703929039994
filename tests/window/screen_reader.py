"""A screen reader for tests: reads an application through AT-SPI, acts on its controls, and notes events.

One command a line comes in, a list of JSON; one JSON value goes out for each. Needs Debian's python3-gi and
gir1.2-atspi-2.0, and a session's bus.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

# Depth at which something is wrong with the tree.
MAX_DEPTH = 40

events = []


def enable(is_enabled):
    """Says for all applications that somebody listens, as a desktop's settings do."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        value = GLib.Variant("(ssv)", ("org.a11y.Status", name, GLib.Variant("b", is_enabled)))
        properties = "org.freedesktop.DBus.Properties"
        bus.call_sync("org.a11y.Bus", "/org/a11y/bus", properties, "Set", value, None, 0, 5000, None)


def windows():
    """The windows of all applications but this one."""
    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    for app_idx in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(app_idx)
        if app is None:
            continue
        for window_idx in range(app.get_child_count()):
            window = app.get_child_at_index(window_idx)
            if window is not None and window.get_name() == "Underscore":
                yield window


def controls(node, depth=0):
    """`node` and all below it, in their order."""
    assert depth < MAX_DEPTH
    yield node
    for idx in range(node.get_child_count()):
        child = node.get_child_at_index(idx)
        if child is not None:
            yield from controls(child, depth + 1)


def states(node):
    held = node.get_state_set()
    wanted = ("FOCUSABLE", "FOCUSED", "CHECKED", "PRESSED", "ENABLED", "SHOWING")
    return [name for name in wanted if held.contains(getattr(Atspi.StateType, name))]


def described(node):
    """What a reader may say of a control."""
    found = {"role": node.get_role_name(), "name": node.get_name(), "states": states(node)}
    faces = node.get_interfaces()
    if "Value" in faces:
        value = Atspi.Value
        ends = [value.get_minimum_value(node), value.get_maximum_value(node)]
        found["value"] = [value.get_current_value(node), *ends]
        found["text"] = value.get_text(node)
    if "Action" in faces:
        num = Atspi.Action.get_n_actions(node)
        found["actions"] = [Atspi.Action.get_action_name(node, idx) for idx in range(num)]
    if "Component" in faces:
        place = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
        found["place"] = [place.x, place.y, place.width, place.height]
    return found


def named(name):
    """The first control of that name."""
    for window in windows():
        for node in controls(window):
            if node.get_name() == name:
                return node
    return None


def act(command, args):
    if command == "enable":
        enable(*args)
        return True
    if command == "windows":
        return len(list(windows()))
    if command == "read":
        return [described(node) for window in windows() for node in controls(window)]
    if command == "events":
        noted = events[:]
        events.clear()
        return noted
    node = named(args[0])
    if node is None:
        return None
    node.clear_cache()
    if command == "find":
        return described(node)
    if command == "press":
        return Atspi.Action.do_action(node, 0)
    if command == "set":
        return Atspi.Value.set_current_value(node, args[1])
    if command == "focus":
        return Atspi.Component.grab_focus(node)
    raise ValueError(command)


def note(event):
    source = event.source
    events.append([event.type, source.get_name() if source else None, event.detail1])


def come(channel, _condition):
    line = channel.readline()
    if not line:
        Atspi.event_quit()
        return False
    command, *args = json.loads(line)
    try:
        answer = act(command, args)
    except Exception as error:  # Whoever asks shows it.
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
    return True


listener = Atspi.EventListener.new(note)
for kind in ("object:property-change", "object:state-changed:focused", "window:activate"):
    listener.register(kind)
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, come)
Atspi.event_main()
