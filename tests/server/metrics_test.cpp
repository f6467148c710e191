// metrics_test.cpp — what is counted is told to Prometheus, to the last message.
#include "support/log_lines.hpp"
#include "support/metric_lines.hpp"
#include "support/server_thread.hpp"

#include <chorus/server/metrics.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

namespace {

config with_metrics()
{
    auto settings = on_a_free_port();
    settings.metrics = true;
    return settings;
}

std::string text_behind_head(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

metric_lines scrape(std::uint16_t port)
{
    const auto answer = http_answer_to(port, get_and_close("/metrics"));
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK\r\n"), answer);
    BOOST_TEST(answer.find("\r\nContent-Type: text/plain; version=0.0.4") != answer.npos, answer);
    return metric_lines(text_behind_head(answer));
}

// Until a metric says so, or for too long.
metric_lines scrape_until(std::uint16_t port, const std::string& name, double value)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto found = scrape(port);
    while (found[name] != value && std::chrono::steady_clock::now() < deadline)
        found = scrape(port);
    BOOST_TEST(found[name] == value);
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_metrics)

BOOST_AUTO_TEST_CASE(each_metric_is_told_once_with_its_help_and_its_type_from_the_start_on)
{
    const metric_lines found(metrics_text({}));
    for (const std::string name :
         {"chorus_connections", "chorus_sessions", "chorus_draining", "chorus_rooms", "chorus_queued_messages",
          "chorus_queued_bytes", "chorus_connections_accepted_total", "chorus_connections_cut_total",
          "chorus_messages_received_total", "chorus_received_bytes_total", "chorus_messages_published_total",
          "chorus_messages_delivered_total", "chorus_sent_bytes_total", "chorus_slow_sessions_closed_total"}) {
        BOOST_TEST(found[name] == 0.0, name);
        BOOST_TEST(found.told("HELP " + name) == 1, name);
        BOOST_TEST(found.told("TYPE " + name) == 1, name);
    }
    for (const std::string code : {"101", "426", "503", "other"})
        BOOST_TEST(found[R"(chorus_handshakes_total{code=")" + code + "\"}"] == 0.0);
    for (const std::string code : {"1000", "1006", "4001", "other"})
        BOOST_TEST(found[R"(chorus_sessions_ended_total{code=")" + code + "\"}"] == 0.0);
    for (const std::string reason : {"newest", "oldest", "replaced", "closed"})
        BOOST_TEST(found[R"(chorus_messages_dropped_total{reason=")" + reason + "\"}"] == 0.0);
}

BOOST_AUTO_TEST_CASE(a_histogram_tells_how_many_took_no_longer)
{
    latency_histogram times;
    times.add(10us);
    times.add(40us);
    times.add(1min);
    snapshot now;
    now.fan_out = times.read();
    now.loop_lag = {latency_histogram{}.read(), times.read()};
    const metric_lines found(metrics_text(now));
    const std::string name = "chorus_fan_out_duration_seconds";
    BOOST_TEST(found[name + R"(_bucket{le="1e-05"})"] == 1.0);
    BOOST_TEST(found[name + R"(_bucket{le="5e-05"})"] == 2.0);
    BOOST_TEST(found[name + R"(_bucket{le="10"})"] == 2.0);
    BOOST_TEST(found[name + R"(_bucket{le="+Inf"})"] == 3.0);
    BOOST_TEST(found[name + "_count"] == 3.0);
    BOOST_TEST(found[name + "_sum"] == 60.00005, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(found[R"(chorus_loop_lag_seconds_count{shard="0"})"] == 0.0);
    BOOST_TEST(found[R"(chorus_loop_lag_seconds_count{shard="1"})"] == 3.0);
}

BOOST_AUTO_TEST_CASE(after_known_traffic_the_counts_are_right_at_any_number_of_threads)
{
    for (const unsigned threads : {1U, 3U}) {
        auto settings = with_metrics();
        settings.threads = threads;
        server_thread here(settings);
        here.start();
        auto ann = here.connect(), bob = here.connect();
        ann.send_text(to_room("join", "tea"));
        BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
        bob.send_text(to_room("join", "tea"));
        BOOST_TEST(hear_of(bob, "joined").starts_with("text "));
        BOOST_TEST(hear_of(ann, "presence").starts_with("text "));
        for (int i = 0; i < 3; ++i)
            for (auto* const each : {&ann, &bob})
                each->send_text(to_room("talk", "tea"));
        for (int i = 0; i < 6; ++i)
            for (auto* const each : {&ann, &bob})
                BOOST_TEST(hear_of(*each, "chat").starts_with("text "));
        BOOST_TEST(http_answer_to(here.port(), get_and_close("/nowhere")).starts_with("HTTP/1.1 404 "));
        BOOST_TEST(http_answer_to(here.port(), get_and_close("/ws")).starts_with("HTTP/1.1 426 "));
        BOOST_TEST(scrape(here.port())["chorus_sessions"] == 2.0);
        ann.send_close(1000);
        BOOST_TEST(hear(ann) == "close 1000 ");
        BOOST_TEST(hear(ann) == "end");
        ann.cut(); // it hangs up, so that nobody has to wait for that
        BOOST_TEST(hear_of(bob, "presence").starts_with("text "));

        // A client may know of something before it is counted on another thread.
        scrape_until(here.port(), "chorus_messages_delivered_total", 12 + 2 + 2); // two answers, two of presence
        scrape_until(here.port(), R"(chorus_sessions_ended_total{code="1000"})", 1);
        const auto found = scrape_until(here.port(), "chorus_connections", 2); // bob, and who asks here
        BOOST_TEST(found["chorus_sessions"] == 1.0);
        BOOST_TEST(found["chorus_rooms"] == 1.0);
        BOOST_TEST(found["chorus_draining"] == 0.0);
        BOOST_TEST(found["chorus_connections_accepted_total"] >= 6.0);
        BOOST_TEST(found[R"(chorus_handshakes_total{code="101"})"] == 2.0);
        BOOST_TEST(found[R"(chorus_handshakes_total{code="426"})"] == 1.0);
        BOOST_TEST(found[R"(chorus_http_requests_total{code="404"})"] == 1.0);
        BOOST_TEST(found[R"(chorus_http_requests_total{code="200"})"] >= 1.0);
        BOOST_TEST(found["chorus_messages_received_total"] == 8.0);
        BOOST_TEST(found["chorus_messages_published_total"] == 6.0);
        const auto joins = 2 * (6 + to_room("join", "tea").size()), talks = 6 * (6 + to_room("talk", "tea").size());
        BOOST_TEST(found["chorus_received_bytes_total"] == static_cast<double>(joins + talks + 8)); // and a Close
        BOOST_TEST(found["chorus_queued_messages"] == 0.0);
        BOOST_TEST(found["chorus_queued_bytes"] == 0.0);
        BOOST_TEST(found["chorus_handshake_duration_seconds_count"] == 2.0);
        BOOST_TEST(found["chorus_fan_out_duration_seconds_count"] >= 6.0); // once for each shard that has members
        BOOST_TEST(found["chorus_fan_out_duration_seconds_count"] <= 12.0);
        BOOST_TEST(found.has(R"(chorus_loop_lag_seconds_count{shard=")" + std::to_string(threads - 1) + "\"}"));
    }
}

BOOST_AUTO_TEST_CASE(while_it_drains_it_tells_how_many_are_left)
{
    server_thread here(with_metrics());
    here.start();
    auto ann = here.connect();
    here.server.stop();
    BOOST_TEST(hear(ann) == "close 1001 server shutting down");
    const auto found = scrape(here.port());
    BOOST_TEST(found["chorus_draining"] == 1.0);
    BOOST_TEST(found["chorus_sessions"] == 1.0);
}

BOOST_AUTO_TEST_CASE(nobody_reads_metrics_unless_the_config_says_so)
{
    server_thread here;
    here.start();
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/metrics")).starts_with("HTTP/1.1 404 "));
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/status/events")).starts_with("HTTP/1.1 404 "));
}

BOOST_AUTO_TEST_CASE(events_for_the_status_page_are_json_without_an_end)
{
    server_thread here(with_metrics());
    here.start();
    tcp_socket socket({.port = here.port()});
    BOOST_TEST(socket.send(get_and_close("/status/events")));
    std::string heard;
    while (heard.find("\n\n") == heard.npos && socket.wait_readable(patience))
        socket.read(heard);
    const auto begin = heard.find("data: ") + 6;
    const auto event = boost::json::parse(heard.substr(begin, heard.find("\n\n") - begin)).as_object();
    BOOST_TEST(event.at("sessions").to_number<int>() == 0);
    BOOST_TEST(event.at("connections").to_number<int>() == 1);
    BOOST_TEST(event.at("fan_out").as_array().size() == event.at("bounds").as_array().size() + 1);
}

BOOST_AUTO_TEST_SUITE_END()
