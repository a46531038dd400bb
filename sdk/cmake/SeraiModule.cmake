# serai_add_module(name VERSION x.y.z [PROTO file.proto ...] SOURCES file ...)
