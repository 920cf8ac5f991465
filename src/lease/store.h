// Where leases are made durable. The daemon hands over a group of changes and is answered later, for each
// change: done, or refused. A reply that promises a lease leaves only after `done`.
//
// Stores: FileStore (dhcpd.leases, group commit on a writer thread), MemoryStore (simulation and tests). A
// shared database can stand here too; `refused` is for that: another server holds the address.
#pragma once

#include <cstdint>
#include <vector>

#include "lease/declarations.h"
#include "lease/lease.h"

namespace lease {

enum class CommitResult {
  kDone,
  kRefused,
  kFailed,  // could not be made durable; the store has logged why
};

struct Commit {
  std::uint64_t ticket = 0;               // the caller's number, given back
  std::vector<Lease> leases;              // all of them or none
  std::vector<Declaration> declarations;  // hosts, groups, classes, failover states
};

struct CommitAnswer {
  std::uint64_t ticket;
  CommitResult result;
};

class Store {
 public:
  virtual ~Store() = default;
  // Takes the group by value; never waits for the disk. The table (and the Declarations) have the changes
  // already, since the file may be written anew from there at any time.
  virtual void commit(std::vector<Commit> group) = 0;
  // The answers that have come since the last call, in order of commit. The store calls `wake` (given at
  // construction), from any thread, when there are some, and then this must be called.
  virtual std::vector<CommitAnswer> answers() = 0;
  // Waits until everything handed over is answered: at the end of the process. The answers are fetched as
  // ever.
  virtual void drain() = 0;
};

}  // namespace lease
