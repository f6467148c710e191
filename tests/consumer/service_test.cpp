// service_test.cpp — the smallest test of a handler that needs the test kit's headers and its archive, and no
// framework.
#include <chorus/test.hpp>

int main()
{
    chorus::test::service here;
    here.on_message([](chorus::session& from, const chorus::message& what) {
        from.send_text(what.payload);
        return chorus::work{};
    });
    auto& ann = here.enter("ann");
    ann.says("hello");
    here.pass(std::chrono::seconds{54});
    return ann.heard() == "hello; ping" ? 0 : 1;
}
