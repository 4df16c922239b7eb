%% What RabbitMQ 3.10 needs to come back whole from what it does not survive by itself. Evaluated by the broker of
%% the single machine as it starts; see broker.py.
%%
%% The queue that was declared last is written to the directory of quorum queues late. Killed before, the broker
%% begins that queue anew, empty and without a leader, and nothing published to it is ever confirmed
%% (rabbitmq-server issue 10070). So directories are written at once, and who has no leader elects one.
%%
%% The supervisor of all dead-letter workers ends for good when two of them crash within five seconds, as they do
%% when a queue is deleted while it elects its leader. What leaves a waiting room then never arrives, nobody is
%% told, and whoever is elected leader crashes. So it is started again, with its workers and with who crashed.
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
