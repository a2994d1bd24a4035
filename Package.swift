// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "deferno",
    products: [
        .executable(name: "deferno", targets: ["deferno"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.11.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CWideCharacters"),
        .systemLibrary(name: "CLinux"),
        .target(name: "YAMLEvents", dependencies: ["CLibYAML"], swiftSettings: strict),
        .target(name: "OperationCatalogue", swiftSettings: strict),
        .target(name: "TaskRules", dependencies: ["OperationCatalogue"], swiftSettings: strict),
        .target(
            name: "OperationPipeline",
            dependencies: ["OperationCatalogue", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "TaskStore", dependencies: ["OperationCatalogue", "OperationPipeline", "TaskRules"],
            swiftSettings: strict),
        .target(
            name: "OperationLog",
            dependencies: [
                "OperationCatalogue", "OperationPipeline", "CZlib", "CLinux",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "SQLiteFile",
            dependencies: [
                "OperationCatalogue", "OperationPipeline", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "SQLiteBackend",
            dependencies: [
                "OperationCatalogue", "OperationPipeline", "SQLiteFile", "TaskRules", "TaskStore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "RESTBackend",
            dependencies: [
                "OperationCatalogue", "OperationPipeline",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "BatchFrontend",
            dependencies: [
                "OperationCatalogue", "OperationPipeline", "YAMLEvents",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "MCPFrontend", dependencies: ["OperationCatalogue", "OperationPipeline"], swiftSettings: strict),
        .target(
            name: "BackendServer",
            dependencies: [
                "OperationCatalogue", "OperationPipeline", "SQLiteFile",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "deferno",
            dependencies: [
                "OperationCatalogue", "OperationPipeline", "OperationLog", "RESTBackend", "SQLiteBackend",
                "BatchFrontend", "MCPFrontend", "YAMLEvents", "BackendServer", "CWideCharacters", "CLinux",
                "SQLiteFile",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "YAMLEventsTests", dependencies: ["YAMLEvents", "CLibYAML"], swiftSettings: strict),
        .testTarget(name: "OperationCatalogueTests", dependencies: ["OperationCatalogue"], swiftSettings: strict),
        .testTarget(
            name: "OperationPipelineTests",
            dependencies: ["OperationPipeline", "OperationCatalogue"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OperationLogTests",
            dependencies: [
                "OperationLog", "OperationPipeline", "OperationCatalogue",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BatchFrontendTests",
            dependencies: [
                "BatchFrontend", "OperationPipeline", "OperationCatalogue", "YAMLEvents",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MCPFrontendTests",
            dependencies: ["MCPFrontend", "SQLiteBackend", "OperationPipeline", "OperationCatalogue"],
            exclude: ["Fixtures", "Golden"],
            swiftSettings: strict
        ),
        // The rules that every backend keeps, as tests that are handed one.
        .target(
            name: "BackendContract",
            dependencies: ["OperationPipeline", "OperationCatalogue"],
            path: "Tests/BackendContract",
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskStoreTests",
            dependencies: [
                "TaskStore", "TaskRules", "SQLiteBackend", "BackendContract", "OperationPipeline", "OperationCatalogue",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SQLiteBackendTests",
            dependencies: [
                "SQLiteBackend", "SQLiteFile", "TaskRules", "TaskStore", "BackendContract", "OperationPipeline",
                "OperationCatalogue",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RESTBackendTests",
            dependencies: [
                "RESTBackend", "SQLiteBackend", "BackendContract", "OperationPipeline", "OperationCatalogue",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BackendServerTests",
            dependencies: [
                "BackendServer", "BackendContract", "OperationCatalogue", "OperationPipeline", "RESTBackend",
                "SQLiteBackend", "SQLiteFile", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DefernoTests",
            dependencies: [
                "BackendServer", "deferno", "BatchFrontend", "OperationCatalogue", "OperationLog", "OperationPipeline",
                "RESTBackend", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["deferno", "OperationCatalogue", .product(name: "Crypto", package: "swift-crypto")],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
    ]
)

// The benchmarks stay out of ordinary builds: DEFERNO_BENCHMARKS=1 swift run -c release deferno-benchmarks
if Context.environment["DEFERNO_BENCHMARKS"] != nil {
    package.targets += [
        .target(name: "BenchmarkSupport", dependencies: ["CLibYAML"], path: "Tests/Benchmarks/BenchmarkSupport"),
        .executableTarget(
            name: "deferno-benchmarks",
            dependencies: [
                "BenchmarkSupport", "BatchFrontend", "OperationCatalogue", "OperationLog", "OperationPipeline",
                "RESTBackend", "SQLiteBackend", "deferno",
            ],
            path: "Tests/Benchmarks/deferno-benchmarks",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "bare-route",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Benchmarks/bare-route",
            swiftSettings: strict
        ),
    ]
}
