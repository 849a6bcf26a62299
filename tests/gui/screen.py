# SPDX-License-Identifier: GPL-2.0-or-later
"""A program that prints what Wireshark's windows show, as JSON, read through AT-SPI.

With arguments it chooses an entry of the menus instead: screen.py Telephony "VoIP Calls".

A process of its own: libatspi knows one display and one bus, and may end a process that loses them.
"""

import ctypes
import json
import sys
import time

POINTER = ctypes.c_void_p
NO_CACHE = 0
SCREEN_COORDINATES = 0
SKIPPED_ROLES = ("menu bar", "popup menu", "scroll bar")


class Rect(ctypes.Structure):
    """AtspiRect."""

    _fields_ = [(name, ctypes.c_int) for name in ("x", "y", "width", "height")]


def load():
    """libatspi with the types of the functions used; OSError without it."""
    atspi = ctypes.CDLL("libatspi.so.0")
    for name, result, arguments in (
            ("get_desktop", POINTER, [ctypes.c_int]),
            ("accessible_get_child_count", ctypes.c_int, [POINTER, POINTER]),
            ("accessible_get_child_at_index", POINTER, [POINTER, ctypes.c_int, POINTER]),
            ("accessible_get_name", ctypes.c_char_p, [POINTER, POINTER]),
            ("accessible_get_role_name", ctypes.c_char_p, [POINTER, POINTER]),
            ("accessible_get_component_iface", POINTER, [POINTER]),
            ("accessible_get_text_iface", POINTER, [POINTER]),
            ("accessible_get_action_iface", POINTER, [POINTER]),
            ("action_do_action", ctypes.c_int, [POINTER, ctypes.c_int, POINTER]),
            ("accessible_set_cache_mask", None, [POINTER, ctypes.c_int]),
            ("component_get_extents", ctypes.POINTER(Rect), [POINTER, ctypes.c_int, POINTER]),
            ("text_get_character_count", ctypes.c_int, [POINTER, POINTER]),
            ("text_get_text", ctypes.c_char_p, [POINTER, ctypes.c_int, ctypes.c_int, POINTER])):
        function = getattr(atspi, "atspi_" + name)
        function.restype, function.argtypes = result, arguments
    return atspi


class Item:
    """An accessible object. Objects may be gone when asked: then they have no name and no size."""

    def __init__(self, atspi, pointer):
        self.atspi, self.pointer = atspi, pointer

    def children(self):
        """The objects below."""
        count = self.atspi.atspi_accessible_get_child_count(self.pointer, None)
        found = (self.atspi.atspi_accessible_get_child_at_index(self.pointer, i, None)
                 for i in range(count))
        return [Item(self.atspi, pointer) for pointer in found if pointer]

    def name(self):
        """The text that a screen reader says: for a cell, the text in it."""
        return (self.atspi.atspi_accessible_get_name(self.pointer, None) or b"").decode()

    def role(self):
        """The kind of the object, such as "table cell"."""
        return (self.atspi.atspi_accessible_get_role_name(self.pointer, None) or b"").decode()

    def middle(self):
        """The [x, y] to click on."""
        component = self.atspi.atspi_accessible_get_component_iface(self.pointer)
        extents = component and self.atspi.atspi_component_get_extents(
            component, SCREEN_COORDINATES, None)
        if not extents:
            return [0, 0]
        rect = extents.contents
        return [rect.x + min(rect.width, 300) // 2, rect.y + rect.height // 2]

    def text(self):
        """The text typed in an entry."""
        text = self.atspi.atspi_accessible_get_text_iface(self.pointer)
        if not text:
            return ""
        count = self.atspi.atspi_text_get_character_count(text, None)
        return (self.atspi.atspi_text_get_text(text, 0, count, None) or b"").decode()

    def press(self):
        """Does what a click does."""
        action = self.atspi.atspi_accessible_get_action_iface(self.pointer)
        if action:
            self.atspi.atspi_action_do_action(action, 0, None)

    def entry(self, name):
        """The entry of this menu, or menu bar, that has this name; None if there is none."""
        for child in self.children():
            if child.role() == "popup menu":
                found = child.entry(name)
                if found:
                    return found
            elif child.name() == name:
                return child
        return None

    def walk(self, ancestors=()):
        """(object, role, name, names of the objects around it) for all below, but menus."""
        for child in self.children():
            role, name = child.role(), child.name()
            if role in SKIPPED_ROLES:
                continue
            yield child, role, name, ancestors
            if role != "tree":
                yield from child.walk(ancestors + (name,))


def table(tree):
    """The headers and rows of a tree, and where to click on each row."""
    headers, cells = [], []
    for item in tree.children():
        role = item.role()
        if role == "table column header":
            headers.append(item.name())
        elif role in ("table cell", "tree item"):
            cells.append(item)
    width = max(len(headers), 1)
    return {"headers": headers,
            "rows": [[cell.name() for cell in cells[i:i + width]]
                     for i in range(0, len(cells), width)],
            "middles": [cell.middle() for cell in cells[::width]]}


def choose(desktop, path):
    """Chooses an entry of the menus, given as the names on the way; whether it is there."""
    for window in (window for program in desktop.children() for window in program.children()):
        menu = next((child for child in window.children() if child.role() == "menu bar"), None)
        for name in path if menu else ():
            menu = menu and menu.entry(name)
            if menu:
                menu.press()
                time.sleep(0.5)  # a menu is filled when it opens
        if menu:
            return True
    return False


def main():
    """Prints the windows, or {} while there is none."""
    atspi = load()
    atspi.atspi_init()
    desktop = Item(atspi, atspi.atspi_get_desktop(0))
    atspi.atspi_accessible_set_cache_mask(desktop.pointer, NO_CACHE)
    if len(sys.argv) > 1:
        sys.exit(0 if choose(desktop, sys.argv[1:]) else 1)
    window = {"tables": []}
    for item, role, name, ancestors in desktop.walk():
        if role == "tree" and name == "Packet list":
            window["list"] = table(item)
        elif role == "tree" and name == "Packet details":
            window["details"] = table(item)
        elif role == "tree":
            window["tables"].append(table(item))
        elif role == "label" and name.startswith("Packets: "):
            window["status"] = name
        elif role == "text" and ("Display Filter Toolbar" in ancestors or (
                name == "Display filter entry" and item.middle() != [0, 0])):  # from 4.4 on; those of dialogs are hidden
            window["filter"] = {"text": item.text(), "middle": item.middle()}
    print(json.dumps(window))


if __name__ == "__main__":
    main()
