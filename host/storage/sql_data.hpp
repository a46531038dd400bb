// SqlData: the parts of the Store port that take one statement or a few: accounts, storage
// objects, notifications, facts.
//
// Errors  as in the ports.
// Thread  as in the ports.
// Owner   the base class of SqlStore, which passes its StoreJobs in.
#pragma once

#include <memory>

#include "ports/store.hpp"

namespace serai::storage {

class StoreJobs;

class SqlData : public Store {
 public:
  ~SqlData() override;
  SqlData(const SqlData&) = delete;
  SqlData& operator=(const SqlData&) = delete;

  void find_account(Identity identity, Executor& where, StoreAnswer<FoundAccount> answer) override;
  void find_account_by_name(std::string username,
                            Executor& where,
                            StoreAnswer<FoundAccount> answer) override;
  void create_account(NewAccount account,
                      Executor& where,
                      StoreAnswer<FoundAccount> answer) override;
  void get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) override;
  void get_users(std::vector<Uuid> ids,
                 std::vector<std::string> usernames,
                 Executor& where,
                 StoreAnswer<std::vector<User>> answer) override;
  void update_account(Uuid id,
                      AccountUpdate update,
                      Executor& where,
                      StoreAnswer<Unit> answer) override;
  void delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) override;
  void link(Uuid id,
            Identity identity,
            std::string password_hash,
            Executor& where,
            StoreAnswer<Unit> answer) override;
  void unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) override;
  void revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) override;
  void revoked(std::int64_t now_s,
               Executor& where,
               StoreAnswer<std::vector<RevokedToken>> answer) override;

  void read_objects(std::vector<ObjectKey> keys,
                    ObjectActor actor,
                    Executor& where,
                    StoreAnswer<std::vector<StorageObject>> answer) override;
  void write_objects(std::vector<ObjectWrite> writes,
                     ObjectActor actor,
                     std::int64_t now_s,
                     Executor& where,
                     StoreAnswer<std::vector<ObjectAck>> answer) override;
  void delete_objects(std::vector<ObjectDelete> deletes,
                      ObjectActor actor,
                      Executor& where,
                      StoreAnswer<Unit> answer) override;
  void list_objects(ObjectQuery query,
                    ObjectActor actor,
                    Executor& where,
                    StoreAnswer<ObjectPage> answer) override;

  void list_notifications(Uuid user,
                          std::uint32_t limit,
                          std::string cursor,
                          Executor& where,
                          StoreAnswer<NotificationPage> answer) override;
  void delete_notifications(Uuid user,
                            std::vector<Uuid> ids,
                            Executor& where,
                            StoreAnswer<Unit> answer) override;

  void put_fact(std::string name,
                std::string value,
                Executor& where,
                StoreAnswer<Unit> answer) override;
  void get_fact(std::string name,
                Executor& where,
                StoreAnswer<std::optional<std::string>> answer) override;
  void ping(Executor& where, StoreAnswer<Unit> answer) override;

 protected:
  // `devices_max`: the number of devices that an account may have.
  SqlData(std::unique_ptr<StoreJobs> jobs, std::uint64_t devices_max);
  StoreJobs& jobs() { return *jobs_; }

 private:
  std::unique_ptr<StoreJobs> jobs_;
  std::uint64_t devices_max_;
};

}  // namespace serai::storage
