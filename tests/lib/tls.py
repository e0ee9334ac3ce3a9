# SPDX-License-Identifier: MIT
"""A throw-away certificate authority for the tests, made with openssl.

	tls = Tls(folder)		makes the files, a fraction of a second
	tls.ca				the authority's certificate
	tls.server, tls.server_key	for 127.0.0.1 and localhost
	tls.wrong, tls.wrong_key	by the same authority, for another name
	tls.client("rec01")		(certificate, key): CN=rec01,OU=recorders
	tls.other_ca			an authority that signed none of these

It knows nothing of LDAP.
"""

import os
import subprocess

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def _openssl(*args):
    done = subprocess.run(["openssl", *args], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (args[0], done.stderr))


class Tls:
    def __init__(self, folder):
        self.folder = str(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.ca, self.ca_key = self._authority("ca", "Test CA")
        self.other_ca, _ = self._authority("other-ca", "Another CA")
        self.server, self.server_key = self._issue(
            "server", "/O=Example/CN=localhost",
            "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
            "extendedKeyUsage=serverAuth")
        self.wrong, self.wrong_key = self._issue(
            "wrong", "/O=Example/CN=elsewhere",
            "subjectAltName=DNS:elsewhere.example.com\n"
            "extendedKeyUsage=serverAuth")

    def client(self, name):
        """Certificate and key of recorder NAME, made when first asked for."""
        cert = self._path("client-" + name + ".pem")
        if os.path.exists(cert):
            return cert, self._path("client-" + name + ".key")
        return self._issue(
            "client-" + name, "/O=Example/OU=recorders/CN=" + name,
            "extendedKeyUsage=clientAuth")

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _authority(self, name, common_name):
        cert, key = self._path(name + ".pem"), self._path(name + ".key")
        _openssl("req", "-x509", *CURVE, "-keyout", key, "-out", cert,
                 "-days", "30", "-subj", "/O=Example/CN=" + common_name,
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        return cert, key

    def _issue(self, name, subject, extensions):
        cert, key = self._path(name + ".pem"), self._path(name + ".key")
        request, ext = self._path(name + ".csr"), self._path(name + ".ext")
        with open(ext, "w") as f:
            f.write(extensions + "\n")
        _openssl("req", *CURVE, "-keyout", key, "-out", request,
                 "-subj", subject)
        _openssl("x509", "-req", "-in", request, "-CA", self.ca,
                 "-CAkey", self.ca_key, "-CAcreateserial", "-days", "30",
                 "-extfile", ext, "-out", cert)
        os.unlink(request)
        os.unlink(ext)
        return cert, key
