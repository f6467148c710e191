// caller.cpp — A caller's calls: how they begin, how their bytes move, and which impulse comes next.
#include "simulation/caller.hpp"

namespace chorus::simulation {
namespace {

constexpr std::size_t all = 1024 * 1024;

} // namespace

caller::caller(unsigned number, world& everything, test::random& chance)
    : world_(everything), chance_(chance), number_(number), wish_(chance.one_of<const char*>({"", "ann", "ann", "bo"}))
{
}

std::vector<call*> caller::all_calls() const
{
    std::vector<call*> calls;
    if (current_) calls.push_back(current_.get());
    for (const auto& each : left_behind_)
        calls.push_back(each.get());
    return calls;
}

void caller::act()
{
    if (current_ && current_->is_over()) leave_behind();
    if (!current_) return begin_a_call();
    const auto& chosen = any_impulse();
    if (chosen.is_mischief && !chance_.percent(world_.rules.mischief)) return say();
    (this->*chosen.act)();
}

const caller::impulse& caller::any_impulse()
{
    static constexpr impulse known[] = {
        {20, &caller::join},
        {8, &caller::leave},
        {30, &caller::say},
        {5, &caller::say_to_everyone},
        {4, &caller::ping},
        {6, &caller::change_attention},
        {2, &caller::say_goodbye},
        {2, &caller::hang_up},
        {4, &caller::say_nonsense, true},
        {2, &caller::flood, true},
        {2, &caller::break_the_protocol, true},
        {4, &caller::dribble, true},
        {2, &caller::vanish, true},
        {4, &caller::be_cut, true},
    };
    constexpr auto sum = [] {
        unsigned total = 0;
        for (const auto& possible : known)
            total += possible.weight;
        return total;
    }();
    auto chosen = chance_.below(sum);
    const auto* each = known;
    for (; chosen >= each->weight; ++each)
        chosen -= each->weight;
    return *each;
}

void caller::leave_behind()
{
    std::erase_if(left_behind_, [](const auto& each) { return !each->is_known_to_server(); });
    left_behind_.push_back(std::move(current_));
}

// --- bytes -----------------------------------------------------------------------------------------------------------

void caller::move()
{
    if (!current_) return;
    const auto some = chance_.one_of<std::size_t>({1, 10, 200, all});
    if (chance_.one_in(2))
        current_->push(dribbles_ ? 1 : some);
    else if (reads_)
        current_->listen(some);
}

bool caller::catch_up()
{
    if (!current_) return false;
    auto moved = !dribbles_ && current_->push(all);
    while (reads_ && current_->listen(all))
        moved = true;
    return moved;
}

// --- beginning -------------------------------------------------------------------------------------------------------

void caller::begin_a_call()
{
    if (!world_.server.accepts()) return;
    begin_a_conversation();
    if (chance_.one_in(12)) return current_->ask_for_health(chance_.one_in(2));
    current_->ask_to_enter(chance_.one_in(3) ? "" : wish_, chance_.one_in(30));
    if (!chance_.one_in(20)) return;
    dribbles_ = true;
    current_->push(chance_.between(1, 50));
    world_.told.count(deed::sends_half_a_request);
}

// A line of its own, to any shard, from one of two addresses: of an IPv6 address the last 64 bits do not count.
void caller::begin_a_conversation()
{
    auto to = std::make_shared<line>();
    to->number = world_.next_line++;
    to->address = "2001:db8:0:" + std::to_string(number_ % 2) + "::" + std::to_string(to->number);
    const auto& pipes = world_.rules.pipes;
    auto end = world_.server.connect(to, static_cast<unsigned>(chance_.below(world_.server.shards())),
                                     pipes[chance_.below(pipes.size())]);
    if (chance_.one_in(5)) end->move_at_most(chance_.one_of<std::size_t>({7, 50, 1000}));
    current_ =
        std::make_unique<call>(world_, "caller " + std::to_string(number_), std::move(to), std::move(end), memory_);
    choose_manners();
}

void caller::choose_manners()
{
    sayings_ = ids_ = 0;
    wake_up();
    current_->answers_pings = !chance_.one_in(10);
    current_->answers_goodbyes = !chance_.one_in(10);
}

} // namespace chorus::simulation
