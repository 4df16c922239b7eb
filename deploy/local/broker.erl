%% What RabbitMQ 3.10 needs to come back whole from a crash right after queues were declared. Evaluated by the
%% broker of the single machine as it starts; see stack.py.
%%
%% The queue that was declared last is written to the directory of quorum queues late. Killed before, the broker
%% begins that queue anew, empty and without a leader, and nothing published to it is ever confirmed
%% (rabbitmq-server issue 10070). So directories are written at once, and who has no leader elects one.
Elect = fun(Queue) ->
    Server = {Name, _} = amqqueue:get_pid(Queue),
    case ra_leaderboard:lookup_leader(Name) of
        undefined -> ra:trigger_election(Server);
        _ -> known
    end
end,
Look = fun Look() ->
    timer:sleep(500),
    catch lists:foreach(fun dets:sync/1, dets:all()),
    catch lists:foreach(Elect, rabbit_amqqueue:list_by_type(rabbit_quorum_queue)),
    Look()
end,
register(citiesshare, spawn(Look)).
