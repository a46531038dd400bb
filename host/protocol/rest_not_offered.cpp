#include "protocol/rest_not_offered.hpp"

#include <google/protobuf/descriptor.h>

namespace serai::protocol::rest {

void not_offered(RestCallPtr call, const google::protobuf::Message&) {
  const std::string name(call->route());
  call->fail(Errc::unimplemented, name + " is not offered by this server");
}

void not_configured(RestCallPtr call, const google::protobuf::Message&) {
  const std::string name(call->route());
  call->fail(Errc::failed_precondition, name + " is not configured on this server");
}

void not_configured_but_checked(RestCallPtr call, const google::protobuf::Message& request) {
  const google::protobuf::Message* holder = &request;
  const auto* field = request.GetDescriptor()->field(0);
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
    holder = &request.GetReflection()->GetMessage(request, field);
    field = holder->GetDescriptor()->field(0);
  }
  if (holder->GetReflection()->GetString(*holder, field).empty()) {
    return call->fail(Errc::invalid_argument, field->name() + " is required");
  }
  not_configured(std::move(call), request);
}

}  // namespace serai::protocol::rest
