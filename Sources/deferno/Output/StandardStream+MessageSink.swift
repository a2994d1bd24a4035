import MCPFrontend

extension StandardStream: MessageSink {}
