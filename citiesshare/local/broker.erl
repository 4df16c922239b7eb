%% Workarounds for two defects of RabbitMQ 3.10 after a crash. The broker of the local stack evaluates this file at
%% its start; see broker.py.
%%
%% 1. RabbitMQ writes the newest quorum queue to its directory (a DETS table) with a delay. If it is killed before, it
%% recreates the queue empty and without a leader, and messages published to it are never confirmed (rabbitmq-server
%% issue 10070). So the tables are synchronised every half second, and a queue without a leader elects one.
%%
%% 2. The supervisor of all dead-letter workers ends permanently when two workers crash within five seconds, which
%% happens when a queue is deleted during the election of its leader. Messages of the retry queues are then never
%% delivered, without an error, and a new leader crashes. So the supervisor, its workers and crashed queues are
%% restarted.
Queues = fun() -> rabbit_amqqueue:list_by_type(rabbit_quorum_queue) end,
Elect = fun(Queue) ->
    Server = {Name, _} = amqqueue:get_pid(Queue),
    case ra_leaderboard:lookup_leader(Name) of
        undefined -> ra:trigger_election(Server);
        _ -> known
    end
end,
Revive = fun(Queue) ->
    Server = {Name, _} = amqqueue:get_pid(Queue),
    case whereis(Name) of
        undefined -> ra:restart_server(quorum_queues, Server);
        _ -> ra:cast_aux_command(Server, {dlx, setup})
    end
end,
Supervise = fun() ->
    case whereis(rabbit_fifo_dlx_sup) of
        undefined ->
            {ok, _} = supervisor:restart_child(rabbit_sup, rabbit_fifo_dlx_sup),
            logger:warning("started the supervisor of the dead-letter workers again"),
            lists:foreach(Revive, Queues());
        _ -> there
    end
end,
Look = fun Look() ->
    timer:sleep(500),
    catch lists:foreach(fun dets:sync/1, dets:all()),
    catch Supervise(),
    catch lists:foreach(Elect, Queues()),
    Look()
end,
register(citiesshare, spawn(Look)).
