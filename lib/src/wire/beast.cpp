// beast.cpp — the one place where Beast's separately compiled half becomes code.
#include <boost/beast/src.hpp>
