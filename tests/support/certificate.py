# certificate.py — A key and a certificate for a server of the tests, as files, made by OpenSSL's program.
import ssl
import subprocess
from pathlib import Path


class Certificate:
    """Vouches for itself, for 127.0.0.1 and localhost, as files of `folder`."""

    def __init__(self, folder, name="server"):
        self.certificate, self.key = Path(folder) / f"{name}.pem", Path(folder) / f"{name}.key"
        self.renew()

    def renew(self):
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=chorus test",
                        "-addext", names, "-keyout", str(self.key), "-out", str(self.certificate)], check=True, stderr=subprocess.DEVNULL)

    def options(self):
        return ["--tls-cert", str(self.certificate), "--tls-key", str(self.key)]

    def trusting(self):
        return ssl.create_default_context(cafile=str(self.certificate))
