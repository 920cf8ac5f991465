// The running transfers: their sockets, timers and turns.
//
// A turn takes what has arrived on one port, lets each transfer say what it has to send, and sends it in one
// go. No transfer sends more than one message (about 64 KB) a turn, so a large window does not stand before
// a small one.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/loop.h"
#include "tftp/receiver.h"
#include "tftp/sender.h"
#include "tftpd/block_source.h"
#include "tftpd/counters.h"
#include "tftpd/idle_wait.h"
#include "tftpd/listener.h"
#include "tftpd/outbox.h"
#include "tftpd/read_cache.h"
#include "tftpd/strangers.h"
#include "tftpd/transfer_ports.h"
#include "tftpd/upload.h"

namespace tftpd {

struct Transfer {
  std::uint64_t id = 0;
  base::SocketAddress client;
  TransferPort* port = nullptr;
  std::string name;           // as the client asked for it
  std::uint64_t request = 0;  // hash of the request datagram
  std::uint32_t blksize = 512;
  std::uint32_t windowsize = 1;
  std::uint16_t rollover = 0;
  base::Bytes oack;
  std::variant<tftp::Sender, tftp::Receiver> machine;
  std::unique_ptr<BlockSource> source;  // of a read request
  std::unique_ptr<Upload> upload;       // of a write request
  base::MonotonicTime started;
  base::MonotonicTime timer;  // the earliest entry of this transfer in the timer queue
  bool waiting_turn = false;  // has more to send than one turn allows
  bool segments = true;       // its path takes segmented messages
  bool proven = false;        // the client has answered, and Hooks::proven was told
  bool touched = false;       // by the batch in hand
  bool ended = false;
  std::size_t unproven_octets = 0;  // drawn for it before it ever answered; its first answer included
  bool first_answer_sent = false;

  explicit Transfer(std::variant<tftp::Sender, tftp::Receiver> m) : machine(std::move(m)) {}

  tftp::Sender* sender() { return std::get_if<tftp::Sender>(&machine); }
  tftp::Receiver* receiver() { return std::get_if<tftp::Receiver>(&machine); }
  bool is_proven() const {
    return std::visit([](const auto& m) { return m.proven(); }, machine);
  }
  std::optional<tftp::Outcome> outcome() const {
    return std::visit([](const auto& m) { return m.outcome(); }, machine);
  }
  base::MonotonicTime deadline() const {
    return std::visit([](const auto& m) { return m.deadline(); }, machine);
  }
  std::uint64_t sent_again() const {
    return std::visit([](const auto& m) { return m.sent_again(); }, machine);
  }
  std::uint16_t client_error() const {
    return std::visit([](const auto& m) { return m.error_code(); }, machine);
  }
  std::uint64_t blocks() const;  // acknowledged or received
  std::uint64_t octets() const;  // of the file, so far
};

class Transfers {
 public:
  static constexpr std::size_t kUnproven =
      4096;  // transfers whose client never answered; the oldest one goes

  struct Hooks {
    std::function<void(Transfer&)> proven;  // the client has answered for the first time
    // `outcome` is nullopt where we ended it by an ERROR, which `error` was told of.
    std::function<void(Transfer&, std::optional<tftp::Outcome> outcome)> ended;
    // Whether so many octets may go to a client that has not answered yet.
    std::function<bool(Transfer&, std::size_t octets)> may_send_unproven;
    std::function<void(const base::SocketAddress&, tftp::ErrorCode, const std::string&)> error;
  };
  Transfers(base::Loop& loop, std::pair<std::uint16_t, std::uint16_t> port_range, std::size_t cache_bytes,
            Counters& counters, Hooks hooks);
  ~Transfers();

  struct Peer {
    base::SocketAddress client;
    base::SocketAddress local;  // our address that was asked; length 0: any
  };
  struct Start {
    Peer peer;
    std::string name;
    std::uint64_t request;  // hash of the datagram
    tftp::Mode mode;
    tftp::Agreement agreement;
    std::size_t drawn_octets;  // for the first answer
  };
  // False with errno where no socket can be had.
  bool start_read(Start start, std::shared_ptr<OpenFile> file);
  bool start_write(Start start, OpenedFile file);
  // Whether somebody writes to the file.
  bool being_written(dev_t device, ino_t inode) const { return writes_.count({device, inode}) != 0; }
  bool being_read(dev_t device, ino_t inode) const { return cache_.is_open(device, inode); }
  // The transfer that `client` started last, while it runs.
  Transfer* latest_of(const base::SocketAddress& client);
  void repeat_request(Transfer& transfer);
  // One packet from a transfer port, as an ERROR to a request is.
  void answer(const Peer& peer, base::ByteView packet);
  // Sends what start_read and answer have prepared.
  void flush();

  ReadCache& cache() { return cache_; }
  std::size_t count() const { return transfers_.size(); }
  std::size_t proven() const { return transfers_.size() - dead_.size() - unproven_; }

 private:
  struct TimerEntry {
    base::MonotonicTime when;
    std::uint64_t id;
    bool operator<(const TimerEntry& other) const { return when > other.when; }
  };

  void readable(TransferPort& port);
  int receive_awake(TransferPort& port);
  void take_batch(TransferPort& port, int count);
  void read_ahead(TransferPort& port);
  void writable(TransferPort& port);
  Transfer* begin(Start& start, std::variant<tftp::Sender, tftp::Receiver> machine);
  bool is_unproven(std::uint64_t id) const;
  void drop_oldest_unproven();
  void receive(Transfer& transfer, base::ByteView datagram, base::MonotonicTime now);
  void serve(Transfer& transfer);
  void queue_reply(Transfer& transfer, base::ByteView packet);
  static void reply_sent(Transfer& transfer, base::MonotonicTime now);
  void queue_run(Transfer& transfer);
  bool add_blocks(Transfer& transfer, std::uint64_t first, std::size_t blocks, bool segmented);
  void make_room(TransferPort& port, std::size_t messages, std::size_t blocks, std::size_t pieces);
  void send();
  void take_turns();
  void watch(Transfer& transfer);
  void timers_due();
  void arm();
  void fail(Transfer& transfer, tftp::ErrorCode code, const std::string& text);
  void end(Transfer& transfer, std::optional<tftp::Outcome> outcome);
  void sweep();
  void strangers_packet(TransferPort& port, const base::SocketAddress& from, base::ByteView bytes);
  void report_refused(TransferPort& port);

  Counters& counters_;
  Hooks hooks_;
  ReadCache cache_;
  ReceiveBatch batch_;
  Outbox outbox_;
  TransferPort* outbox_port_ = nullptr;
  std::deque<base::SocketAddress> answers_;  // whereto, of packets without a transfer in the outbox
  std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::unordered_map<base::SocketAddress, Transfer*> latest_;
  std::set<std::pair<dev_t, ino_t>> writes_;  // files that are being written
  TransferPorts ports_;
  std::uint64_t next_id_ = 1;
  std::size_t unproven_ = 0;                // transfers whose client has not answered yet
  std::deque<std::uint64_t> unproven_ids_;  // the oldest first; may name some that are no longer
  std::vector<Transfer*> turns_;            // have more to send
  std::vector<Transfer*> touched_;
  Strangers strangers_;
  IdleWait idle_wait_;
  std::vector<std::uint64_t> dead_;
  std::priority_queue<TimerEntry> timers_;
  base::MonotonicTime armed_ = base::MonotonicTime::max();
  base::Timer timer_;
  base::Timer turn_timer_;
  base::Timer housekeeping_;
};

}  // namespace tftpd
