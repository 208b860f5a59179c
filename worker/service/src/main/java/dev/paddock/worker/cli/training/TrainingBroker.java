package dev.paddock.worker.cli.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * As much of a broker as one worker and one who submits to it ask of one: any topic that is named
 * is there, with one partition; each group has one member; transactions are taken as they come. On
 * loopback, by Kafka's own classes for requests and answers; a thread for each connection. What it
 * does not know ends the connection.
 */
public final class TrainingBroker implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  /** Or clients would tell it what they measure. */
  private static final Set<ApiKeys> KNOWN =
      Set.of(
          ApiKeys.API_VERSIONS,
          ApiKeys.METADATA,
          ApiKeys.DESCRIBE_CLUSTER,
          ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
          ApiKeys.FIND_COORDINATOR,
          ApiKeys.LIST_GROUPS,
          ApiKeys.CONSUMER_GROUP_HEARTBEAT,
          ApiKeys.OFFSET_FETCH,
          ApiKeys.LIST_OFFSETS,
          ApiKeys.FETCH,
          ApiKeys.INIT_PRODUCER_ID,
          ApiKeys.PRODUCE,
          ApiKeys.TXN_OFFSET_COMMIT,
          ApiKeys.END_TXN);

  /** Transactions as of Kafka 4: partitions join them by being written to. */
  private static final String TRANSACTIONS = "transaction.version";

  private static final short TRANSACTIONS_VERSION = 2;

  private static final int HEARTBEAT_MILLIS = 500;

  /** How long a fetch waits at most: what is asked behind it on its connection waits as well. */
  private static final int FETCH_MILLIS = 100;

  private final Map<String, TrainingLog> topics = new ConcurrentHashMap<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ServerSocket server = new ServerSocket();

  /** Starts to listen. */
  public TrainingBroker() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().name("training-broker").start(this::accept);
  }

  /** What kafka.bootstrap.servers is to be. */
  public String bootstrapServers() {
    return HOST + ":" + server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        connections.add(connection);
        Thread.ofPlatform().daemon().name("training").start(() -> serve(connection));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(connection.getInputStream());
      DataOutputStream out = new DataOutputStream(connection.getOutputStream());
      while (true) {
        ByteBuffer request = ByteBuffer.wrap(in.readNBytes(in.readInt()));
        RequestHeader header = RequestHeader.parse(request);
        ApiMessage asked =
            AbstractRequest.parseRequest(
                    header.apiKey(), header.apiVersion(), new ByteBufferAccessor(request))
                .request
                .data();
        ResponseHeader to = header.toResponseHeader();
        ByteBuffer response =
            RequestUtils.serialize(
                to.data(), to.headerVersion(), answer(asked), header.apiVersion());
        out.writeInt(response.remaining());
        Channels.newChannel(out).write(response);
        out.flush();
      }
    } catch (EOFException | SocketException e) {
      // The client has closed it, or this has.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  private ApiMessage answer(ApiMessage request) throws InterruptedException {
    return switch (request) {
      case ApiVersionsRequestData _ -> versions();
      case MetadataRequestData asked -> metadata(asked);
      case DescribeClusterRequestData _ -> cluster();
      case DescribeTopicPartitionsRequestData asked -> describe(asked);
      case FindCoordinatorRequestData asked -> coordinators(asked);
      case ListGroupsRequestData _ -> new ListGroupsResponseData();
      case ConsumerGroupHeartbeatRequestData asked -> heartbeat(asked);
      case OffsetFetchRequestData asked -> committed(asked);
      case ListOffsetsRequestData asked -> offsets(asked);
      case FetchRequestData asked -> fetch(asked);
      case InitProducerIdRequestData _ ->
          new InitProducerIdResponseData().setProducerId(1).setProducerEpoch((short) 0);
      case ProduceRequestData asked -> produce(asked);
      case TxnOffsetCommitRequestData asked -> commit(asked);
      case EndTxnRequestData _ -> new EndTxnResponseData();
      default -> throw new IllegalArgumentException("Not known here: " + request);
    };
  }

  private static ApiMessage versions() {
    ApiVersionsResponseData answer = new ApiVersionsResponseData().setFinalizedFeaturesEpoch(0);
    for (ApiKeys key : KNOWN) {
      answer
          .apiKeys()
          .add(
              new ApiVersionsResponseData.ApiVersion()
                  .setApiKey(key.id)
                  .setMinVersion(key.oldestVersion())
                  .setMaxVersion(key.latestVersion(false)));
    }
    answer
        .supportedFeatures()
        .add(
            new ApiVersionsResponseData.SupportedFeatureKey()
                .setName(TRANSACTIONS)
                .setMaxVersion(TRANSACTIONS_VERSION));
    answer
        .finalizedFeatures()
        .add(
            new ApiVersionsResponseData.FinalizedFeatureKey()
                .setName(TRANSACTIONS)
                .setMinVersionLevel(TRANSACTIONS_VERSION)
                .setMaxVersionLevel(TRANSACTIONS_VERSION));
    return answer;
  }

  private ApiMessage metadata(MetadataRequestData asked) {
    MetadataResponseData answer =
        new MetadataResponseData().setClusterId("training").setControllerId(0);
    answer
        .brokers()
        .add(
            new MetadataResponseData.MetadataResponseBroker()
                .setNodeId(0)
                .setHost(HOST)
                .setPort(server.getLocalPort()));
    if (asked.topics() != null) {
      for (MetadataRequestData.MetadataRequestTopic one : asked.topics()) {
        TrainingLog log = topic(one.name(), one.topicId());
        answer
            .topics()
            .add(
                new MetadataResponseData.MetadataResponseTopic()
                    .setName(log.name())
                    .setTopicId(log.id())
                    .setPartitions(
                        List.of(
                            new MetadataResponseData.MetadataResponsePartition()
                                .setLeaderEpoch(0)
                                .setReplicaNodes(List.of(0))
                                .setIsrNodes(List.of(0)))));
      }
    }
    return answer;
  }

  private ApiMessage cluster() {
    DescribeClusterResponseData answer =
        new DescribeClusterResponseData().setClusterId("training").setControllerId(0);
    answer
        .brokers()
        .add(
            new DescribeClusterResponseData.DescribeClusterBroker()
                .setBrokerId(0)
                .setHost(HOST)
                .setPort(server.getLocalPort()));
    return answer;
  }

  private ApiMessage describe(DescribeTopicPartitionsRequestData asked) {
    DescribeTopicPartitionsResponseData answer = new DescribeTopicPartitionsResponseData();
    for (DescribeTopicPartitionsRequestData.TopicRequest one : asked.topics()) {
      TrainingLog log = topic(one.name(), Uuid.ZERO_UUID);
      answer
          .topics()
          .add(
              new DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic()
                  .setName(log.name())
                  .setTopicId(log.id())
                  .setPartitions(
                      List.of(
                          new DescribeTopicPartitionsResponseData
                                  .DescribeTopicPartitionsResponsePartition()
                              .setLeaderEpoch(0)
                              .setEligibleLeaderReplicas(List.of())
                              .setLastKnownElr(List.of())
                              .setReplicaNodes(List.of(0))
                              .setIsrNodes(List.of(0)))));
    }
    return answer;
  }

  private ApiMessage coordinators(FindCoordinatorRequestData asked) {
    return new FindCoordinatorResponseData()
        .setCoordinators(
            asked.coordinatorKeys().stream()
                .map(
                    key ->
                        new FindCoordinatorResponseData.Coordinator()
                            .setKey(key)
                            .setNodeId(0)
                            .setHost(HOST)
                            .setPort(server.getLocalPort()))
                .toList());
  }

  private ApiMessage heartbeat(ConsumerGroupHeartbeatRequestData asked) {
    ConsumerGroupHeartbeatResponseData answer =
        new ConsumerGroupHeartbeatResponseData()
            .setMemberId(asked.memberId())
            .setMemberEpoch(asked.memberEpoch() < 0 ? asked.memberEpoch() : 1)
            .setHeartbeatIntervalMs(HEARTBEAT_MILLIS);
    if (asked.subscribedTopicNames() != null) {
      List<ConsumerGroupHeartbeatResponseData.TopicPartitions> all = new ArrayList<>();
      for (String name : asked.subscribedTopicNames()) {
        all.add(
            new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                .setTopicId(topic(name, Uuid.ZERO_UUID).id())
                .setPartitions(List.of(0)));
      }
      answer.setAssignment(
          new ConsumerGroupHeartbeatResponseData.Assignment().setTopicPartitions(all));
    }
    return answer;
  }

  /** Nothing is: a group that begins. */
  private static ApiMessage committed(OffsetFetchRequestData asked) {
    OffsetFetchResponseData answer = new OffsetFetchResponseData();
    for (OffsetFetchRequestData.OffsetFetchRequestGroup group : asked.groups()) {
      List<OffsetFetchResponseData.OffsetFetchResponseTopics> none = new ArrayList<>();
      for (OffsetFetchRequestData.OffsetFetchRequestTopics topic : group.topics()) {
        none.add(
            new OffsetFetchResponseData.OffsetFetchResponseTopics()
                .setName(topic.name())
                .setTopicId(topic.topicId())
                .setPartitions(
                    List.of(
                        new OffsetFetchResponseData.OffsetFetchResponsePartitions()
                            .setCommittedOffset(-1)
                            .setMetadata(""))));
      }
      answer
          .groups()
          .add(
              new OffsetFetchResponseData.OffsetFetchResponseGroup()
                  .setGroupId(group.groupId())
                  .setTopics(none));
    }
    return answer;
  }

  private ApiMessage offsets(ListOffsetsRequestData asked) {
    ListOffsetsResponseData answer = new ListOffsetsResponseData();
    for (ListOffsetsRequestData.ListOffsetsTopic topic : asked.topics()) {
      boolean earliest =
          topic.partitions().getFirst().timestamp() == ListOffsetsRequest.EARLIEST_TIMESTAMP;
      answer
          .topics()
          .add(
              new ListOffsetsResponseData.ListOffsetsTopicResponse()
                  .setName(topic.name())
                  .setPartitions(
                      List.of(
                          new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                              .setLeaderEpoch(0)
                              .setOffset(
                                  earliest ? 0 : topic(topic.name(), Uuid.ZERO_UUID).end()))));
    }
    return answer;
  }

  private ApiMessage fetch(FetchRequestData asked) throws InterruptedException {
    List<FetchResponseData.FetchableTopicResponse> found = new ArrayList<>();
    for (FetchRequestData.FetchTopic topic : asked.topics()) {
      TrainingLog log = topic(topic.topic(), topic.topicId());
      long offset = topic.partitions().getFirst().fetchOffset();
      log.await(offset, Math.min(asked.maxWaitMs(), FETCH_MILLIS));
      found.add(
          new FetchResponseData.FetchableTopicResponse()
              .setTopic(log.name())
              .setTopicId(log.id())
              .setPartitions(
                  List.of(
                      new FetchResponseData.PartitionData()
                          .setRecords(log.from(offset))
                          .setHighWatermark(log.end())
                          .setLastStableOffset(log.end()))));
    }
    return new FetchResponseData().setResponses(found);
  }

  private ApiMessage produce(ProduceRequestData asked) {
    ProduceResponseData answer = new ProduceResponseData();
    for (ProduceRequestData.TopicProduceData topic : asked.topicData()) {
      TrainingLog log = topic(topic.name(), topic.topicId());
      long first = log.append((MemoryRecords) topic.partitionData().getFirst().records());
      answer
          .responses()
          .add(
              new ProduceResponseData.TopicProduceResponse()
                  .setName(log.name())
                  .setTopicId(log.id())
                  .setPartitionResponses(
                      List.of(
                          new ProduceResponseData.PartitionProduceResponse()
                              .setBaseOffset(first))));
    }
    return answer;
  }

  private static ApiMessage commit(TxnOffsetCommitRequestData asked) {
    return new TxnOffsetCommitResponseData()
        .setTopics(
            asked.topics().stream()
                .map(
                    topic ->
                        new TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic()
                            .setName(topic.name())
                            .setTopicId(topic.topicId())
                            .setPartitions(
                                List.of(
                                    new TxnOffsetCommitResponseData
                                        .TxnOffsetCommitResponsePartition())))
                .toList());
  }

  /** By its name where there is one, by its id otherwise: what is asked has one of the two. */
  private TrainingLog topic(String name, Uuid id) {
    if (name != null && !name.isEmpty()) {
      return Objects.requireNonNull(topics.computeIfAbsent(name, TrainingLog::new));
    }
    return topics.values().stream().filter(log -> log.id().equals(id)).findFirst().orElseThrow();
  }
}
