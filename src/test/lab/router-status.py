#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A home router's status page: /status is HTML, /ip is only the address, and
   /Info.live.htm is in the form of DD-WRT.
   Arguments: the address to listen on, the name of the outer device."""
import http.server, subprocess, sys

def public_address():
    line = subprocess.run(["ip", "-4", "-o", "address", "show", "dev", sys.argv[2]],
                          capture_output=True, text=True).stdout.split()
    return line[3].split("/")[0] if len(line) > 3 else ""

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        address = public_address()
        pages = {
            "/ip": ("text/plain", address + "\n"),
            "/Info.live.htm": ("text/plain", "{wan_mac::02:00:5E:00:53:01}\n"
                "{uptime:: 12:00:00 up 1 day, load average: 0.00, 0.01, 0.05}\n"
                f"{{ipinfo::&nbsp;IP: {address}}}\n"),
            "/status": ("text/html", "<html><head><title>Router status</title></head><body>"
                "<h1>Status</h1><table><tr><td>WAN link</td><td>Up</td></tr>"
                f"<tr><td>WAN IP address</td><td id=\"wan-ip\">{address}</td></tr>"
                "</table></body></html>\n"),
        }
        if self.path not in pages:
            self.send_error(404)
            return
        kind, text = pages[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

http.server.ThreadingHTTPServer((sys.argv[1], 80), Page).serve_forever()
