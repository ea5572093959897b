"""The program behind what stands between it and a gateway: real proxies, from Debian's packages.

Reverse proxies before the sandbox (nginx, HAProxy, Varnish) and forward proxies by the environment
(squid, tinyproxy). Each is started on a free port with a small configuration in the test's folder,
by whoever runs the tests; no file or service of the system is touched. Tests of a program that is
missing are skipped:

    apt-get install nginx haproxy varnish squid tinyproxy
    pytest tests/middleware
"""
