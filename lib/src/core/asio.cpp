// asio.cpp — the one place where Asio's separately compiled half becomes code.
#include <boost/asio/impl/src.hpp>
