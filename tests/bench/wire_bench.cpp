// wire_bench.cpp — What the codec costs: reading frames, writing them, laying them back to back.
#include <chorus/wire/burst.hpp>
#include <chorus/wire/parser.hpp>
#include <chorus/wire/utf8.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

using namespace chorus;

namespace {

std::string masked_frames(opcode op, const std::string& payload, std::size_t count)
{
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i)
        append_masked_frame(bytes, op, payload, 0x9A3C'05E1);
    return bytes;
}

// What one read of a busy connection gives: up to 128 KiB of whole frames. Unmasking happens in place, so every round
// begins with a fresh copy, as a read from a socket does; its cost is in the figures.
void read_frames(benchmark::State& state, opcode op, const std::string& payload)
{
    const std::size_t count = std::max<std::size_t>(1, 128 * 1024 / (payload.size() + max_header_size));
    const auto sent = masked_frames(op, payload, count);
    std::vector<char> buffer(sent.size());
    parser server{role::server, {.max_message = 0}};
    for (auto _ : state) {
        std::memcpy(buffer.data(), sent.data(), sent.size());
        std::span<char> in{buffer};
        std::size_t seen = 0;
        while (server.next(in).what == parser::kind::message)
            ++seen;
        if (seen != count) state.SkipWithError("a message was lost");
    }
    const auto messages = state.iterations() * static_cast<std::int64_t>(count);
    state.SetItemsProcessed(messages);
    state.SetBytesProcessed(messages * static_cast<std::int64_t>(payload.size()));
}

std::string letters(std::int64_t size) { return std::string(static_cast<std::size_t>(size), 'a'); }

void read_binary(benchmark::State& state) { read_frames(state, opcode::binary, letters(state.range(0))); }
void read_text(benchmark::State& state) { read_frames(state, opcode::text, letters(state.range(0))); }

void read_text_beyond_ascii(benchmark::State& state)
{
    std::string text;
    for (std::int64_t i = 0; i < state.range(0) / 3; ++i)
        text += "\xe6\x96\x87";
    read_frames(state, opcode::text, text);
}

// A message that comes in many reads is gathered.
void read_in_pieces(benchmark::State& state)
{
    const auto sent = masked_frames(opcode::binary, std::string(256 * 1024, 'x'), 1);
    std::vector<char> buffer(sent.size());
    parser server{role::server};
    for (auto _ : state) {
        std::memcpy(buffer.data(), sent.data(), sent.size());
        std::span<char> rest{buffer};
        while (!rest.empty()) {
            auto in = rest.first(std::min<std::size_t>(rest.size(), 16 * 1024));
            rest = rest.subspan(in.size());
            benchmark::DoNotOptimize(server.next(in));
        }
    }
    state.SetBytesProcessed(state.iterations() * 256 * 1024);
}

void write_frame(benchmark::State& state)
{
    const auto payload = letters(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(make_frame(opcode::text, payload));
    state.SetItemsProcessed(state.iterations());
}

void append_frames(benchmark::State& state)
{
    const auto payload = letters(64);
    std::string out;
    for (auto _ : state) {
        out.clear();
        for (int i = 0; i < 128; ++i)
            append_frame(out, opcode::text, payload);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * 128);
}

// A hub's round: frames that exist become one burst, and the last member lets it go.
void lay_burst(benchmark::State& state)
{
    std::vector<shared_frame> frames;
    for (std::size_t i = 0; i < burst_limits::messages; ++i)
        frames.push_back(make_frame(opcode::text, letters(64)));
    burst_builder builder;
    for (auto _ : state) {
        for (const auto& frame : frames)
            builder.add(frame);
        benchmark::DoNotOptimize(builder.take());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frames.size()));
}

BENCHMARK(read_binary)->Arg(0)->Arg(64)->Arg(1024)->Arg(64 * 1024);
BENCHMARK(read_text)->Arg(64)->Arg(1024)->Arg(64 * 1024);
BENCHMARK(read_text_beyond_ascii)->Arg(64)->Arg(64 * 1024);
BENCHMARK(read_in_pieces);
BENCHMARK(write_frame)->Arg(64)->Arg(1024);
BENCHMARK(append_frames);
BENCHMARK(lay_burst);

} // namespace

BENCHMARK_MAIN();
