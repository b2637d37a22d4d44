"""The project: settings, routes, the gate before every view."""
