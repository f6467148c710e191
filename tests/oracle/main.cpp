// main.cpp — Lets Beast and this library hear the same conversations, and reports where their accounts part.
#include "oracle/beast_peer.hpp"
#include "oracle/chorus_peer.hpp"
#include "oracle/differences.hpp"
#include "support/seed_range.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

namespace chorus::oracle {
namespace {

constexpr auto usage = R"(usage: chorus_oracle [--seeds FROM..TO] [--show] [--table FILE]
  --seeds FROM..TO  the conversations to hold, both included (default 1..20000)
  --show            print each conversation and both accounts of it
  --table FILE      fail when a known difference never showed, or is not named in FILE
)";

struct options
{
    test::seed_range seeds{1, 20'000};
    bool show = false;
    std::string table;
};

struct tally
{
    std::size_t conversations = 0, compressed = 0;
    std::size_t events = 0;
    std::size_t surprises = 0;
    std::map<std::string_view, std::size_t> known;
};

void print(const char* whose, const account& told)
{
    std::cout << whose << '\n';
    for (const auto& each : told)
        std::cout << "    " << to_string(each) << '\n';
}

void print(const conversation& what, const account& ours, const account& theirs)
{
    std::cout << "seed " << what.seed << ", to a " << (what.way.receiver == role::server ? "server" : "client") << ", "
              << (what.way.deflate ? to_string(*what.way.deflate) : "plain") << ", message limit " << what.max_message
              << ", " << what.bytes.size() << " bytes in " << what.pieces.size() << " pieces\n";
    if (what.bytes.size() <= 2000) std::cout << to_hex_lines(what.bytes) << '\n';
    if (what.expected) print("  said:", *what.expected);
    print("  chorus heard:", ours);
    print("  Beast heard:", theirs);
}

void surprise(std::uint64_t seed, std::string_view how, tally& sum)
{
    ++sum.surprises;
    std::cout << "SURPRISE: " << how << "; again: chorus_oracle --show --seeds " << seed << ".." << seed << "\n\n";
}

void hold(const conversation& what, beast_peer& beast, const options& wish, tally& sum)
{
    const auto ours = chorus_hears(what);
    const auto theirs = beast.hears(what);
    const bool misheard = what.expected && ours != *what.expected;
    const auto* known = ours == theirs || misheard ? nullptr : explain(ours, theirs, what.way.deflate.has_value());
    const bool surprises = misheard || (ours != theirs && !known);
    ++sum.conversations;
    sum.compressed += what.way.deflate ? 1 : 0;
    sum.events += ours.size();
    if (known) ++sum.known[known->name];
    if (wish.show || surprises) print(what, ours, theirs);
    if (wish.show && known) std::cout << "known difference: " << known->name << ": " << known->why_ours << "\n\n";
    if (surprises) surprise(what.seed, misheard ? "we did not hear what was said" : "the accounts differ", sum);
}

// We say something.
void hear_us(std::uint64_t seed, const options& wish, tally& sum)
{
    random chance{seed};
    const auto receiver = chance.one_of({role::server, role::client});
    beast_peer beast{receiver, random_wishes(chance)};
    hold(make_conversation(seed, {receiver, beast.agreed()}, chance), beast, wish, sum);
}

// Beast says something, and another Beast that has agreed on the same hears it, too.
void hear_beast(std::uint64_t seed, const options& wish, tally& sum)
{
    random chance{~seed};
    const auto receiver = chance.one_of({role::server, role::client});
    beast_peer speaker{opposite(receiver), random_wishes(chance)};
    const direction way{receiver, speaker.agreed()};
    beast_peer listener{receiver, wishes_for(speaker.agreed(), chance)};
    if (!is_same(way, {receiver, listener.agreed()})) give_up("what was agreed on cannot be agreed on again");
    const auto sayings = random_sayings(chance, way.deflate.has_value());
    hold(overheard(seed, way, speaker.says(sayings, chance), sayings, chance), listener, wish, sum);
}

// Both checks keep the table honest: a row that nothing needs hides something, and each is a decision.
bool check_table(const std::string& file, const tally& sum)
{
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    bool good = true;
    for (const auto& row : known_differences()) {
        if (text.str().find(row.name) == std::string::npos)
            good = false, std::cout << file << " does not name: " << row.name << '\n';
        if (!sum.known.contains(row.name)) good = false, std::cout << "never showed: " << row.name << '\n';
    }
    return good;
}

bool read(int count, char** words, options& out)
{
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const bool has_value = i + 1 < count;
        if (word == "--show")
            out.show = true;
        else if (const auto seeds = test::read_seed_range(has_value ? words[i + 1] : ""); word == "--seeds" && seeds)
            out.seeds = *seeds, ++i;
        else if (word == "--table" && has_value)
            out.table = words[++i];
        else
            return false;
    }
    return true;
}

int run(const options& wish)
{
    tally sum;
    for (auto seed = wish.seeds.first; seed <= wish.seeds.last && sum.surprises < 10; ++seed) {
        try {
            hear_us(seed, wish, sum);
            hear_beast(seed, wish, sum);
        } catch (const std::exception& broken) {
            surprise(seed, broken.what(), sum);
        }
    }
    std::cout << sum.conversations << " conversations, " << sum.compressed << " of them compressed, " << sum.events
              << " events, " << sum.surprises << " surprises\n";
    for (const auto& [name, count] : sum.known)
        std::cout << "known difference, " << count << " times: " << name << '\n';
    const bool table_holds = wish.table.empty() || check_table(wish.table, sum);
    return sum.surprises == 0 && table_holds ? 0 : 1;
}

} // namespace
} // namespace chorus::oracle

int main(int count, char** words)
{
    chorus::oracle::options wish;
    if (!chorus::oracle::read(count, words, wish)) return std::cout << chorus::oracle::usage, 2;
    return chorus::oracle::run(wish);
}
