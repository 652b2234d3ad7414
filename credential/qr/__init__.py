"""QR codes: bytes in, modules or a picture out. Byte mode, the smallest version that fits.

capacity(level)       most bytes that a QR of this level holds
fits(data)            whether the data fits the level that certificates use
matrix(data, level)   the modules
png(data), svg(data)  a picture at error correction M
"""

from credential.qr.layout import Level
from credential.qr.pictures import png, svg
from credential.qr.symbol import CAPACITY, Matrix, QrTooLong, capacity, fits, matrix

__all__ = ["CAPACITY", "Level", "Matrix", "QrTooLong", "capacity", "fits", "matrix", "png", "svg"]
