// shard.cpp — runs one event loop, and ends what is suspended on it in the right order.
#include <chorus/core/shard.hpp>

#include <utility>

namespace chorus {

shard::shard(unsigned index)
    : index_{index}, keep_running_{context_.get_executor()},
      clock_{std::make_unique<shard_clock>(context_.get_executor())},
      read_buffer_{std::make_unique_for_overwrite<char[]>(read_buffer_size)}
{
}

shard::shard(unsigned index, std::unique_ptr<chorus::clock> test_clock)
    : index_{index}, keep_running_{context_.get_executor()}, clock_{std::move(test_clock)},
      read_buffer_{std::make_unique_for_overwrite<char[]>(read_buffer_size)}
{
}

shard::~shard() { context_.shutdown(); }

void shard::run() { context_.run(); }

void shard::stop() { context_.stop(); }

std::size_t shard::poll() { return context_.poll(); }

} // namespace chorus
