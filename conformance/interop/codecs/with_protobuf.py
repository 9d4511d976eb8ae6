"""`protobuf` by Google's protobuf, from a descriptor as `protoc` makes it of PROTOCOL.md's schema."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FILE = descriptor_pb2.FileDescriptorProto(name="sum.proto", syntax="proto3")
WHY = FILE.enum_type.add(name="Why")
WHYS = ["NONE", "MALFORMED", "OVERFLOW", "TOO_LARGE"]
for number, name in enumerate(WHYS):
    WHY.value.add(name=name, number=number)
Field = descriptor_pb2.FieldDescriptorProto


def field(message, name, number, **more):
    message.field.add(name=name, number=number, label=Field.LABEL_OPTIONAL, **more)


request = FILE.message_type.add(name="Request")
field(request, "a", 1, type=Field.TYPE_SINT64)
field(request, "b", 2, type=Field.TYPE_SINT64)
reply = FILE.message_type.add(name="Reply")
reply.oneof_decl.add(name="reply")
field(reply, "sum", 1, type=Field.TYPE_SINT64, oneof_index=0)
field(reply, "refused", 2, type=Field.TYPE_ENUM, type_name=".Why", oneof_index=0)
POOL = descriptor_pool.DescriptorPool()
POOL.Add(FILE)
Request, Reply = (
    message_factory.GetMessageClass(POOL.FindMessageTypeByName(name)) for name in ("Request", "Reply")
)


def write_request(a, b):
    return Request(a=a, b=b).SerializeToString()


def read_request(octets):
    message = Request.FromString(octets)
    return message.a, message.b


def write_sum(total):
    return Reply(sum=total).SerializeToString()


def write_refused(why):
    return Reply(refused=WHYS.index(why.upper().replace("-", "_"))).SerializeToString()


def read_reply(octets):
    message = Reply.FromString(octets)
    kind = message.WhichOneof("reply")
    if kind == "sum":
        return kind, message.sum
    return kind, WHYS[message.refused].lower().replace("_", "-")
